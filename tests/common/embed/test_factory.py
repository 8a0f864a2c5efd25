"""The embedders as shipped."""

from pathlib import Path

import numpy as np
import pytest

from common.embed.factory import create
from common.errors import UsageError
from common.settings import EmbedSettings

EATING = "A man is eating food."
BREAD = "A man is eating a piece of bread."
BABY = "The girl is carrying a baby."


def times(folder: Path) -> list[int]:
    return [path.stat().st_mtime_ns for path in folder.iterdir()]


async def test_the_local_model_is_all_minilm_and_is_cached(tmp_path: Path) -> None:
    settings = EmbedSettings(embedding_cache_dir=str(tmp_path), embedding_threads=1)
    embedder = await create(settings)
    assert (embedder.model, embedder.dim) == ("all-MiniLM-L6-v2", 384)
    found = await embedder.embed([EATING, BREAD, BABY, "", "long " * 2000])
    await embedder.close()
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    # The figures of sentence-transformers' own documentation for this model.
    assert found[0] @ found[1] == pytest.approx(0.7553, abs=5e-4)
    assert found[0] @ found[2] == pytest.approx(-0.1052, abs=5e-4)
    written = times(tmp_path)
    assert len(written) == 1
    again = await create(settings)
    np.testing.assert_allclose(await again.embed([EATING]), found[:1], atol=1e-6)
    await again.close()
    assert times(tmp_path) == written


async def test_the_static_model() -> None:
    embedder = await create(EmbedSettings(embedding_kind="static"))
    assert (embedder.model, embedder.dim) == ("wordllama-l2-supercat-256", 256)
    found = await embedder.embed([EATING, BREAD, BABY, ""])
    await embedder.close()
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert found[0] @ found[1] > 0.5 > found[0] @ found[2]


REFUSED = [
    (EmbedSettings(embedding_kind="static", embedding_dimensions=384), "gives 256"),
    (EmbedSettings(embedding_kind="openai"), "EMBEDDING_MODEL"),
    (EmbedSettings(embedding_dir="/nowhere"), "no model.onnx"),
    (EmbedSettings(embedding_kind="static", embedding_dir="/nowhere"), "is missing"),
]


@pytest.mark.parametrize(("settings", "said"), REFUSED)
async def test_wrong_settings(settings: EmbedSettings, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        await create(settings)
