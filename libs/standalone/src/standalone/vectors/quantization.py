"""Quantization settings into the engine's own form."""

from typing import Any

import qdrant_edge as engine

from standalone.vectors.errors import bad_body

_ENCODINGS = {
    "one_bit": "OneBit",
    "two_bits": "TwoBits",
    "one_and_half_bits": "OneAndHalfBits",
}
_QUERY_ENCODINGS = {
    "default": "Default",
    "binary": "Binary",
    "scalar4bits": "Scalar4Bits",
    "scalar8bits": "Scalar8Bits",
}


def engine_quantization(given: dict[str, Any] | None) -> Any:
    """The engine's settings, or None. Raises RequestError."""
    if not given:
        return None
    kind, options = next(iter(given.items()))
    options = options or {}
    ram = options.get("always_ram")
    if kind == "scalar":
        scalar = engine.ScalarType.Int8
        return engine.ScalarQuantizationConfig(scalar, options.get("quantile"), ram)
    if kind == "product":
        ratio = getattr(engine.CompressionRatio, str(options.get("compression", "x16")).upper())
        return engine.ProductQuantizationConfig(ratio, ram)
    if kind == "binary":
        encoding = _ENCODINGS.get(options.get("encoding") or "one_bit", "OneBit")
        query = _QUERY_ENCODINGS.get(options.get("query_encoding") or "default", "Default")
        return engine.BinaryQuantizationConfig(
            ram,
            getattr(engine.BinaryQuantizationEncoding, encoding),
            getattr(engine.BinaryQuantizationQueryEncoding, query),
        )
    if kind == "turbo":
        bits = str(options.get("bits") or "bits4").capitalize()
        return engine.TurboQuantQuantizationConfig(ram, getattr(engine.TurboQuantBitSize, bits))
    raise bad_body(f"quantization_config: unknown kind `{kind}`")
