"""Any OpenAI-compatible endpoint as an embedder."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import openai

from common.embed.embedder import Vectors, unit
from common.errors import Retryable, ServiceError, Terminal, Unavailable, UsageError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

DEPENDENCY = "embeddings"
MAX_INPUTS = 64
TIMEOUT_S = 60.0
OPENAI_URL = "https://api.openai.com/v1"


def client(base_url: str, api_key: str) -> "AsyncOpenAI":
    """A client that never retries by itself: retrying is the runtime's (rule M1)."""
    return openai.AsyncOpenAI(
        base_url=base_url or OPENAI_URL,
        api_key=api_key or "none",
        max_retries=0,
        timeout=TIMEOUT_S,
    )


class RemoteEmbedder:
    """Asks ``client`` for vectors; ``dim`` 0 means not known before the first answer."""

    def __init__(self, client: "AsyncOpenAI", model: str, dim: int = 0) -> None:
        self.model = model
        self.dim = dim
        self.tokens = 0
        """Tokens that were paid for so far, as the endpoint counts them."""
        self._asked = dim
        self._client = client

    async def learn_dim(self) -> None:
        """Set ``dim`` by one small request, unless it was given."""
        if self.dim == 0:
            self.dim = (await self._ask(["dimension"])).shape[1]

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text; raises UsageError when the endpoint answers another dimension."""
        parts = [
            await self._ask(texts[at : at + MAX_INPUTS]) for at in range(0, len(texts), MAX_INPUTS)
        ]
        if not parts:
            return np.empty((0, self.dim), dtype=np.float32)
        vectors = np.concatenate(parts)
        if self.dim and vectors.shape[1] != self.dim:
            raise UsageError(
                "EMBEDDING_DIMENSIONS",
                f"{self.model} answers {vectors.shape[1]} numbers a text, not {self.dim}; "
                f"set it to {vectors.shape[1]} and index anew, or go back to the former model",
            )
        return vectors

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _ask(self, texts: Sequence[str]) -> Vectors:
        try:
            answer = await self._client.embeddings.create(
                model=self.model,
                input=[text or " " for text in texts],
                encoding_format="float",
                dimensions=self._asked or openai.omit,
            )
        except openai.APIError as error:
            raise _translated(error) from error
        if answer.usage is not None:  # not every endpoint counts
            self.tokens += answer.usage.total_tokens
        rows = sorted(answer.data, key=lambda row: row.index)
        if len(rows) != len(texts):
            raise Retryable(f"{self.model} answered {len(rows)} vectors for {len(texts)} texts")
        return unit(np.array([row.embedding for row in rows], dtype=np.float32))


def _translated(error: openai.APIError) -> ServiceError:
    """A bad text is its paper's fault; anything else is the endpoint's, and work waits for it."""
    if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return Terminal(
            f"the embedding endpoint refused the text: {error}", reason="embedding_refused"
        )
    if isinstance(error, openai.APIStatusError):
        after = error.response.headers.get("retry-after", "")
        delay_s = float(after) if after.replace(".", "", 1).isdigit() else None
        return Unavailable(DEPENDENCY, f"answers {error.status_code}", delay_s=delay_s)
    return Unavailable(DEPENDENCY, str(error))
