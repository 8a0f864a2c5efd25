"""How papers are ranked: one recipe for searches, recommendations and what is like a paper."""
