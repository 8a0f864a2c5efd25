"""Backups: made while the system works, checked by restoring them, and put back."""
