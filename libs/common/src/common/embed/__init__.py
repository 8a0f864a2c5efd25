"""Texts to vectors: a local model, a small static one, or an OpenAI-compatible endpoint."""
