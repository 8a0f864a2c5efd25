"""paperbus: standalone."""
