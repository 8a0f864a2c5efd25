"""Where the ONNX form of a model comes from."""

from pathlib import Path

import pytest

from common.embed.compiled import onnx_of
from common.errors import UsageError


def test_a_ready_file_is_taken(tmp_path: Path) -> None:
    ready = tmp_path / "model" / "onnx" / "model.onnx"
    ready.parent.mkdir(parents=True)
    ready.write_bytes(b"x")
    assert onnx_of(tmp_path / "model", tmp_path / "cache") == ready
    assert not (tmp_path / "cache").exists()


def test_a_folder_without_model(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no model.onnx"):
        onnx_of(tmp_path, tmp_path)


def test_weights_of_something_else(tmp_path: Path) -> None:
    empty = b"\x02\x00\x00\x00\x00\x00\x00\x00{}"
    (tmp_path / "model.safetensors").write_bytes(empty)
    (tmp_path / "config.json").write_text(
        '{"hidden_size": 4, "num_attention_heads": 1, "num_hidden_layers": 1}'
    )
    with pytest.raises(UsageError, match="no BERT model"):
        onnx_of(tmp_path, tmp_path / "cache")
