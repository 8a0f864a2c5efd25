"""paperbus: the summarizer service."""
