"""paperbus: the indexer service."""
