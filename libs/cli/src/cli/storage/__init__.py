"""What is stored: who holds how much, how it grows, what can go, and what to do when it is full."""
