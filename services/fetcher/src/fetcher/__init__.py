"""paperbus: the fetcher service."""
