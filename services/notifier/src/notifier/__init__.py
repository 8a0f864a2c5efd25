"""paperbus: the notifier service."""
