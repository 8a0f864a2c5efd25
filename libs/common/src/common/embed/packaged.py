"""Model files inside installed packages, found without running the packages' code."""

from importlib.util import find_spec
from pathlib import Path

from common.errors import UsageError


def folder(package: str, *parts: str) -> Path:
    """The folder of an installed package, or one below it; raises UsageError when not there."""
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        found = Path(place).joinpath(*parts)
        if found.is_dir():
            return found
    raise UsageError(
        "EMBEDDING_KIND",
        f"the model package {package!r} is not installed; run `make setup`, or name a folder "
        "with tokenizer.json and model.onnx in EMBEDDING_DIR",
    )
