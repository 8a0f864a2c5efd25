"""paperbus: cli."""
