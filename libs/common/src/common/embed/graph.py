"""A BERT sentence encoder as an ONNX graph, built from its safetensors weights.

Uses the fused operators of onnxruntime (domain com.microsoft), so nothing has to be optimised at
load time. https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from typing import Any

import msgspec
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "sentence_embedding"
_FUSED = "com.microsoft"
_OPSET = 18
_IR = 9

Weights = dict[str, NDArray[np.float32]]


class BertConfig(msgspec.Struct, frozen=True):
    """The part of a model's config.json that decides its shape."""

    hidden_size: int
    num_attention_heads: int
    num_hidden_layers: int
    hidden_act: str = "gelu"
    layer_norm_eps: float = 1e-12


def build(weights: Weights, config: BertConfig) -> onnx.ModelProto:
    """The encoder with mean pooling; inputs are int32, n × tokens, padding on the right.

    Raises ValueError when the model's activation is not gelu.
    """
    if config.hidden_act != "gelu":
        raise ValueError(f"activation {config.hidden_act!r} is not supported, only 'gelu'")
    graph = _Graph(weights, config.layer_norm_eps)
    hidden = graph.embeddings()
    for layer in range(config.num_hidden_layers):
        hidden = graph.layer(f"encoder.layer.{layer}.", hidden, config.num_attention_heads)
    graph.pooled(hidden)
    return graph.model(config.hidden_size)


class _Graph:
    """Collects nodes and initializers; every method returns the name of what it computed."""

    def __init__(self, weights: Weights, epsilon: float) -> None:
        self._weights = weights
        self._epsilon = epsilon
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def embeddings(self) -> str:
        """Word + position + type embeddings, normalised; also the length of every text."""
        tables = [
            self._weight(f"embeddings.{name}_embeddings.weight")
            for name in ("word", "position", "token_type")
        ]
        inputs = ["input_ids", "token_type_ids", *tables, *self._norm("embeddings.LayerNorm")]
        self._add(
            "EmbedLayerNormalization",
            [*inputs, "attention_mask"],
            ["embedded", "lengths"],
            domain=_FUSED,
            epsilon=self._epsilon,
        )
        return "embedded"

    def layer(self, at: str, hidden: str, heads: int) -> str:
        """One transformer layer: self-attention and the feed-forward part, both with residual."""
        parts = [f"{at}attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        packed = [self._constant(f"{at}qkv", weight), self._constant(f"{at}qkv_bias", bias)]
        self._add(
            "Attention",
            [hidden, *packed, "lengths"],
            [f"{at}attended"],
            domain=_FUSED,
            num_heads=heads,
        )
        middle = self._dense_residual(f"{at}attention.output", f"{at}attended", hidden)
        wide = self._matmul(f"{at}intermediate.dense", middle)
        bias_name = self._weight(f"{at}intermediate.dense.bias")
        self._add("BiasGelu", [wide, bias_name], [f"{at}active"], domain=_FUSED)
        return self._dense_residual(f"{at}output", f"{at}active", middle)

    def pooled(self, hidden: str) -> None:
        """The mean over real tokens; only the direction matters, so the sum is normalised."""
        axis = self._constant("axis", np.array([1], dtype=np.int64))
        self._add("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT)
        self._add("Unsqueeze", ["mask", axis], ["mask_row"])
        self._add("MatMul", ["mask_row", hidden], ["sum_row"])
        self._add("Squeeze", ["sum_row", axis], ["sum"])
        self._add("LpNormalization", ["sum"], [OUTPUT], axis=-1, p=2)

    def model(self, width: int) -> onnx.ModelProto:
        """The finished model."""
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT32, ["n", "t"]) for n in INPUTS]
        output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", width])
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, "bert", inputs, [output], constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR)

    def _dense_residual(self, at: str, inner: str, residual: str) -> str:
        dense = self._matmul(f"{at}.dense", inner)
        inputs = [residual, dense, *self._norm(f"{at}.LayerNorm"), self._weight(f"{at}.dense.bias")]
        self._add(
            "SkipLayerNormalization",
            inputs,
            [f"{at}.sum"],
            domain=_FUSED,
            epsilon=self._epsilon,
        )
        return f"{at}.sum"

    def _matmul(self, at: str, inner: str) -> str:
        weight = self._constant(f"{at}.weight", self._weights[f"{at}.weight"].T)
        self._add("MatMul", [inner, weight], [f"{at}.product"])
        return f"{at}.product"

    def _norm(self, at: str) -> list[str]:
        return [self._weight(f"{at}.weight"), self._weight(f"{at}.bias")]

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def _add(self, op: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        self._nodes.append(helper.make_node(op, inputs, outputs, **attributes))
