"""The index in another embedding model: filled, compared, switched to, given up."""
