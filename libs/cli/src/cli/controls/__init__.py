"""What an operator changes while the services run."""
