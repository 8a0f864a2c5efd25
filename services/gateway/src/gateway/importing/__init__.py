"""Papers that other programs name, put into a library: read, matched, and kept."""
