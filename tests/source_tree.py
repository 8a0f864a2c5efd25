"""The Python files of the product, read once for all tests that look at them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SERVICES = ("fetcher", "indexer", "summarizer", "gateway", "notifier")
LIBS = ("common", "standalone", "cli")


def sources() -> list[Path]:
    """Every Python file of the product."""
    libs = [ROOT / "libs" / lib / "src" / lib for lib in LIBS]
    services = [ROOT / "services" / service / "src" / service for service in SERVICES]
    return sorted(file for folder in (*libs, *services) for file in folder.rglob("*.py"))


FILES = sources()


def name_of(file: Path) -> str:
    """The path below ``src``, like ``common/bus.py``."""
    return file.as_posix().rsplit("/src/", 1)[1]


def package_of(file: Path) -> str:
    return name_of(file).split("/")[0]


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def calls(file: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the dotted text of what is called."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def imports(file: Path) -> Iterator[tuple[int, str, int]]:
    """Line, module and level of every import."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or "", node.level
