"""What people say of papers: likes, dislikes, tags, reading states; and what follows from it."""
