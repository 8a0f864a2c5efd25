"""A transformer sentence encoder run by onnxruntime."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from common.embed.embedder import Vectors, unit
from common.errors import UsageError

MAX_TOKENS = 256
RUN_TOKENS = 512
"""Padded tokens in one run: a core's caches hold these; longer runs measured 30 % slower."""
T = TypeVar("T", bound=msgspec.Struct)
POOLED = "sentence_embedding"
_DTYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}


class _Pooling(msgspec.Struct, frozen=True):
    pooling_mode_cls_token: bool = False


class _Limits(msgspec.Struct, frozen=True):
    max_seq_length: int = MAX_TOKENS


class ContextualEncoder:
    """Reads every word in its context; thread-safe, one run at a time is fastest."""

    def __init__(
        self,
        model: str,
        folder: Path,
        graph: Path | bytes,
        *,
        threads: int = 0,
        spin: bool = False,
    ) -> None:
        """``spin``: threads wait busily within a run, so that a lone short text is done sooner."""
        # onnxruntime and tokenizers cost 0.6 s to import: only where texts are embedded.
        from tokenizers import Tokenizer

        if not (folder / "tokenizer.json").is_file():
            raise UsageError("EMBEDDING_DIR", f"{folder} holds no tokenizer.json")
        self.model = model
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        limits = _read(folder / "sentence_bert_config.json", _Limits)
        self._tokenizer.enable_truncation(min(limits.max_seq_length, 512))
        self._cls = _read(folder / "1_Pooling" / "config.json", _Pooling).pooling_mode_cls_token
        self._session = _session(graph, threads, spin=spin)
        self._types = {i.name: _DTYPES[i.type] for i in self._session.get_inputs()}
        outputs = [output.name for output in self._session.get_outputs()]
        self._output = POOLED if POOLED in outputs else outputs[0]
        self.dim = int(self.encode([""]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in their order; texts over the model's limit are cut."""
        ids = [self._tokenizer.encode(text).ids for text in texts]
        rows: list[Vectors | None] = [None] * len(ids)
        for group in similar_lengths([len(row) for row in ids]):
            vectors = self._run([ids[at] for at in group])
            for at, vector in zip(group, vectors, strict=True):
                rows[at] = vector
        return np.array(rows, dtype=np.float32).reshape(len(ids), -1)

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        padded = _pad(ids)
        given = {
            "input_ids": padded.ids,
            "attention_mask": padded.mask,
            "token_type_ids": np.zeros_like(padded.ids),
        }
        feed = {name: given[name].astype(dtype) for name, dtype in self._types.items()}
        out = self._session.run([self._output], feed)[0]
        return unit(out if out.ndim == 2 else _pool(out, padded.mask, cls=self._cls))


class _Padded(NamedTuple):
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


def similar_lengths(lengths: Sequence[int], run_tokens: int = RUN_TOKENS) -> Iterator[list[int]]:
    """Positions grouped by similar length, each group at most ``run_tokens`` when padded."""
    group: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) + 1) * lengths[at] > run_tokens:
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _pad(ids: Sequence[Sequence[int]]) -> _Padded:
    shape = (len(ids), max(map(len, ids)))
    padded = _Padded(np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    for at, row in enumerate(ids):
        padded.ids[at, : len(row)] = row
        padded.mask[at, : len(row)] = 1
    return padded


def _pool(hidden: Vectors, mask: NDArray[np.int64], *, cls: bool) -> Vectors:
    if cls:
        return hidden[:, 0]
    weights = mask[..., np.newaxis].astype(np.float32)
    pooled: Vectors = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return pooled


def _session(graph: Path | bytes, threads: int, *, spin: bool) -> Any:
    import onnxruntime  # late: half a second, only where texts are embedded

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning takes a fifth off one short text (5.2 → 4.0 ms for 18 tokens), and takes cores from
    # other services: never between two texts.
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spin)))
    options.add_session_config_entry("session.force_spinning_stop", "1")
    options.log_severity_level = 3
    source = graph if isinstance(graph, bytes) else str(graph)
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except (RuntimeError, ValueError) as error:
        raise UsageError("EMBEDDING_DIR", f"{source[:200]!r} cannot be loaded: {error}") from error


def _read(path: Path, kind: type[T]) -> T:
    return msgspec.json.decode(path.read_bytes(), type=kind) if path.is_file() else kind()
