"""Rules of the design that a machine can check; each names what breaks it."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common import events, topology
from source_tree import FILES, SERVICES, calls, functions, imports, name_of, package_of, tree_of

MAX_FILE_LINES = 200
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 5

ALLOWED_IMPORTS: dict[str, set[str]] = {
    "common": {"common"},
    "standalone": {"common", "standalone"},
    "cli": {"common", "standalone", "cli"},
    **{service: {"common", service} for service in SERVICES},
}
BROAD_EXCEPT = {"common/boundary.py", "gateway/failures.py", "gateway/problems.py"}
ENVIRONMENT = {"common/settings.py", "standalone/child.py"}
PUBLISHERS = {"common/batch.py", "common/stream.py", "common/scan.py", "gateway/hasty.py"}
NAMING = {f"common/{name}.py" for name in ("chores", "declared", "events", "subjects", "topology")}
NAMES = {
    *(message.subject for message in events.ALL_MESSAGES),
    *(stream.name for stream in topology.STREAMS),
    *(consumer.durable for consumer in topology.CONSUMERS),
}
NAME_PREFIXES = tuple(f"{first}." for first in ("dead", "retry", "ledger", "schedule"))
NO_PURPOSE = {"utils.py", "helpers.py", "base.py", "manager.py", "misc.py"}


def offenders(rule: Callable[[Path], Iterator[str]]) -> list[str]:
    """What breaks a rule, each with its place."""
    return [f"{name_of(file)}: {words}" for file in FILES for words in rule(file)]


def too_long(file: Path) -> Iterator[str]:
    count = len(file.read_text().splitlines())
    if count > MAX_FILE_LINES:
        yield f"{count} lines, at most {MAX_FILE_LINES}"


def long_functions(file: Path) -> Iterator[str]:
    for function in functions(file):
        # without its decorators: one with many options is a table, not code
        count = (function.end_lineno or 0) - function.lineno + 1
        if count > MAX_FUNCTION_LINES:
            yield f"{function.name} has {count} lines, at most {MAX_FUNCTION_LINES}"


def many_parameters(file: Path) -> Iterator[str]:
    for function in functions(file):
        arguments = function.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        count = len([name for name in names if name not in ("self", "cls")])
        if count > MAX_PARAMETERS:
            yield f"{function.name} has {count} parameters, at most {MAX_PARAMETERS}"


def no_docstring(file: Path) -> Iterator[str]:
    text = ast.get_docstring(tree_of(file))
    if not text:
        yield "no docstring"
    elif not text.splitlines()[0].rstrip("`").endswith((".", ":", "?")):
        yield "the first line of the docstring is no sentence"


def wrong_direction(file: Path) -> Iterator[str]:
    package = package_of(file)
    for line, module, _ in imports(file):
        root = module.split(".")[0]
        if root in ALLOWED_IMPORTS and root not in ALLOWED_IMPORTS[package]:
            yield f"line {line} imports {module}"


def relative_imports(file: Path) -> Iterator[str]:
    for line, module, level in imports(file):
        if level:
            yield f"line {line} imports {'.' * level}{module}"


def upward_imports(file: Path) -> Iterator[str]:
    """Only ``__main__`` and its wiring know all; a core knows neither handlers nor commands."""
    name = file.stem
    if package_of(file) not in SERVICES or name == "__main__":
        return
    edges = {"__main__"} | (set() if name in ("handlers", "cli", "wiring") else {"handlers", "cli"})
    for line, module, _ in imports(file):
        if module in {f"{package_of(file)}.{edge}" for edge in edges}:
            yield f"line {line} imports {module}"


def broad_excepts(file: Path) -> Iterator[str]:
    if name_of(file) in BROAD_EXCEPT:
        return
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ExceptHandler):
            caught = "" if node.type is None else ast.unparse(node.type)
            if _raises_again(node):
                continue  # it tidies up and lets the error go on
            if caught == "" or re.search(r"\b(Exception|BaseException)\b", caught):
                yield f"line {node.lineno} catches {caught or 'everything'}"


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def prints(file: Path) -> Iterator[str]:
    for node, name in calls(file):
        if name == "print":
            yield f"line {node.lineno} prints"


def reads_environment(file: Path) -> Iterator[str]:
    if name_of(file) in ENVIRONMENT:
        return
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
            yield f"line {node.lineno} reads the environment"


def docstrings(tree: ast.Module) -> set[int]:
    """Lines of texts that are no values: docstrings and the texts below fields."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def names_of_the_bus(file: Path) -> Iterator[str]:
    """Subjects, streams and durables are named in one place."""
    if name_of(file) in NAMING or package_of(file) == "standalone":
        return
    texts = docstrings(tree_of(file))
    for node in ast.walk(tree_of(file)):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        template = node.value.endswith(".html")
        named = node.value in NAMES or (node.value.startswith(NAME_PREFIXES) and not template)
        if named and node.lineno not in texts:
            yield f"line {node.lineno} names {node.value!r}"


def naks_at_once(file: Path) -> Iterator[str]:
    for node, name in calls(file):
        if name.endswith(".nak") and not node.args and not node.keywords:
            yield f"line {node.lineno} gives a message back without a delay"


def declares(file: Path) -> Iterator[str]:
    for node, name in calls(file):
        options = {word.arg: ast.unparse(word.value) for word in node.keywords}
        if name.endswith("JStream") and options.get("declare") != "False":
            yield f"line {node.lineno} lets the client declare a stream"


def publishes(file: Path) -> Iterator[str]:
    if name_of(file) in PUBLISHERS:
        return
    for node, name in calls(file):
        if re.search(r"\b(nc|js|broker|_nc|_js|jetstream\(\))\.publish\w*$", name):
            yield f"line {node.lineno} publishes by itself: {name}"


def no_purpose(file: Path) -> Iterator[str]:
    if file.name in NO_PURPOSE:
        yield "say in the name what it is for"


def late_imports(file: Path) -> Iterator[str]:
    """An import inside a function needs a comment that says why."""
    lines = file.read_text().splitlines()
    for function in functions(file):
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                above = lines[: node.lineno - 1][::-1]
                while above and re.match(r"\s*(from|import)\b", above[0]):
                    above = above[1:]
                if (
                    not (above and above[0].strip().startswith("#"))
                    and "#" not in lines[node.lineno - 1]
                ):
                    yield f"line {node.lineno} imports late and does not say why"


def module_clients(file: Path) -> Iterator[str]:
    for node in tree_of(file).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = ast.unparse(node.value.func)
            if re.search(r"(Client|Pool|connect|Minio|OpenAI|create_engine)$", made):
                yield f"line {node.lineno} makes {made} for the whole process"


def long_handlers(file: Path) -> Iterator[str]:
    """A handler is an edge: at most ten lines, no try."""
    if file.stem != "handlers" or package_of(file) not in SERVICES:
        return
    for function in functions(file):
        if function.name.startswith("on_"):
            count = (function.end_lineno or 0) - function.lineno
            if count > 10 or any(isinstance(node, ast.Try) for node in ast.walk(function)):
                yield f"{function.name} is more than an edge ({count} lines)"


RULES = [
    too_long,
    long_functions,
    many_parameters,
    no_docstring,
    wrong_direction,
    relative_imports,
    upward_imports,
    broad_excepts,
    prints,
    reads_environment,
    names_of_the_bus,
    naks_at_once,
    declares,
    publishes,
    no_purpose,
    late_imports,
    module_clients,
    long_handlers,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Callable[[Path], Iterator[str]]) -> None:
    found = offenders(rule)
    assert not found, "\n".join(found)
