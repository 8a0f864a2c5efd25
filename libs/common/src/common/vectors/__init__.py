"""Papers and passages in Qdrant; import ``common.vectors.adapter`` for the adapter itself."""
