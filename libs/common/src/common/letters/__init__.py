"""Dead letters: what could not be handled, and how it is seen, replayed or dropped."""
