"""The upstream that replays: arXiv's own protocols out of recorded records."""
