"""Recommendations: a search with vectors learned from what somebody likes."""
