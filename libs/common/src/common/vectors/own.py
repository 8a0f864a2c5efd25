"""What reader and writer have in common: one model's collections, and how they are asked."""

from qdrant_client import AsyncQdrantClient

from common.vectors.asking import Ask, ByClient
from common.vectors.collections import PAPERS, PASSAGES, collection_name


class Own:
    """The collections of one model, so a vector never meets another model's."""

    def __init__(
        self, client: AsyncQdrantClient, model: str, dim: int, ask: Ask | None = None
    ) -> None:
        self.client = client
        self.model = model
        self.dim = dim
        self.papers = collection_name(PAPERS, model, dim)
        self.texts = collection_name(PASSAGES, model, dim)
        self._ask = ask or ByClient(client)
