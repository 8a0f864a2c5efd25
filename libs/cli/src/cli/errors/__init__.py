"""What goes wrong, by type."""
