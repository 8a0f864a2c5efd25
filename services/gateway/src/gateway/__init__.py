"""paperbus: the gateway service."""
