"""The ONNX graph against an independent forward pass."""

import math

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from common.embed.graph import BertConfig, build

WIDTH, HEADS, LAYERS, WORDS = 32, 4, 2, 50
CONFIG = BertConfig(hidden_size=WIDTH, num_attention_heads=HEADS, num_hidden_layers=LAYERS)
Weights = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def weights() -> Weights:
    random = np.random.default_rng(7)
    shapes = {
        "embeddings.word_embeddings.weight": (WORDS, WIDTH),
        "embeddings.position_embeddings.weight": (16, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for n in range(LAYERS):
        at = f"encoder.layer.{n}."
        for name, out, into in [
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", 4 * WIDTH, WIDTH),
            ("output.dense", WIDTH, 4 * WIDTH),
        ]:
            shapes |= {f"{at}{name}.weight": (out, into), f"{at}{name}.bias": (out,)}  # type: ignore[dict-item]
        norms += [f"{at}attention.output.LayerNorm", f"{at}output.LayerNorm"]
    for norm in norms:
        shapes |= {f"{norm}.weight": (WIDTH,), f"{norm}.bias": (WIDTH,)}  # type: ignore[dict-item]
    return {k: random.normal(0, 0.3, shape).astype(np.float32) for k, shape in shapes.items()}


def forward(w: Weights, ids: list[int]) -> NDArray[np.float64]:
    """One text through BERT by the book, mean over tokens, unit length."""

    def linear(at: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = x @ w[f"{at}.weight"].T + w[f"{at}.bias"]
        return result

    def norm(at: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        result: NDArray[np.float64] = scaled * w[f"{at}.weight"] + w[f"{at}.bias"]
        return result

    n = len(ids)
    x = w["embeddings.word_embeddings.weight"][ids].astype(np.float64)
    x = x + w["embeddings.position_embeddings.weight"][:n]
    x = norm("embeddings.LayerNorm", x + w["embeddings.token_type_embeddings.weight"][0])
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        q, k, v = (
            linear(f"{at}attention.self.{part}", x).reshape(n, HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(WIDTH / HEADS)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        mixed = (shares @ v).transpose(1, 0, 2).reshape(n, WIDTH)
        x = norm(
            f"{at}attention.output.LayerNorm", linear(f"{at}attention.output.dense", mixed) + x
        )
        wide = linear(f"{at}intermediate.dense", x)
        active = wide * 0.5 * (1 + np.vectorize(math.erf)(wide / math.sqrt(2)))
        x = norm(f"{at}output.LayerNorm", linear(f"{at}output.dense", active) + x)
    mean = x.mean(0)
    unit: NDArray[np.float64] = mean / np.linalg.norm(mean)
    return unit


def test_the_graph_computes_what_the_book_says_also_when_padded(weights: Weights) -> None:
    model = build(weights, CONFIG)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    texts = [[1, 7, 30, 2], [5], [1, 2, 3, 4, 5, 6, 7, 49]]
    ids = np.zeros((3, 8), np.int32)
    mask = np.zeros_like(ids)
    for at, text in enumerate(texts):
        ids[at, : len(text)] = text
        mask[at, : len(text)] = 1
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    found = session.run(["sentence_embedding"], given)[0]
    expected = np.array([forward(weights, text) for text in texts])
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_another_activation_is_refused(weights: Weights) -> None:
    config = BertConfig(
        hidden_size=1, num_attention_heads=1, num_hidden_layers=1, hidden_act="relu"
    )
    with pytest.raises(ValueError, match="relu"):
        build(weights, config)
