"""paperbus: common."""
