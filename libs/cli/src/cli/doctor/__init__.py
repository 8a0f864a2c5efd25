"""Examines the whole system: what is wrong, how bad it is, and the command that mends it."""
