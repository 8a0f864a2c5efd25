"""Counts errors by type and place, so that an operator sees what goes wrong and how often."""
