"""Papers and passages in Qdrant; import ``common.vectors.adapter`` for the adapter itself."""

DEPENDENCY = "qdrant"
"""Its name in errors; here, where Qdrant's client is not loaded with it."""
