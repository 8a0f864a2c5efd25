"""The settings of all services at once."""
