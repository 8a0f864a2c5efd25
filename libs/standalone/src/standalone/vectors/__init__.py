"""Qdrant's own engine served over the part of Qdrant's REST API that qdrant-client uses."""
