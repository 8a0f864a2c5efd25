"""Rules of the design that a machine can check; each names what breaks it."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import env_example
from common import events, settings, topology

ROOT = Path(__file__).parent.parent
SERVICES = ("fetcher", "indexer", "summarizer", "gateway", "notifier")
LIBS = ("common", "standalone", "cli")
MAX_FILE_LINES = 200
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 5
WITH_LOGIC_LINES = 25

ALLOWED_IMPORTS: dict[str, set[str]] = {
    "common": {"common"},
    "standalone": {"common", "standalone"},
    "cli": {"common", "standalone", "cli"},
    **{service: {"common", service} for service in SERVICES},
}
BROAD_EXCEPT = {"common/boundary.py", "gateway/failures.py", "gateway/problems.py"}
ENVIRONMENT = {"common/settings.py", "standalone/child.py"}
PUBLISHERS = {"common/batch.py", "common/stream.py", "common/scan.py", "gateway/hasty.py"}
NAMING = {"common/declared.py", "common/events.py", "common/subjects.py", "common/topology.py"}
NAMES = {
    *(message.subject for message in events.ALL_MESSAGES),
    *(stream.name for stream in topology.STREAMS),
    *(consumer.durable for consumer in topology.CONSUMERS),
}
NAME_PREFIXES = tuple(f"{first}." for first in ("dead", "retry", "ledger", "schedule"))
NO_PURPOSE = {"utils.py", "helpers.py", "base.py", "manager.py", "misc.py"}

TESTED_ELSEWHERE: dict[str, str] = {
    "common/aftercare.py": "connected/test_redrive.py",
    "common/boundary.py": "connected/test_boundary.py",
    "common/broker.py": "connected/test_away.py",
    "common/burial.py": "connected/test_boundary.py",
    "common/bus.py": "connected/test_bus.py",
    "common/commands.py": "cli/test_main.py",
    "common/connection.py": "connected/test_bus.py",
    "common/consuming.py": "connected/test_boundary.py",
    "common/delivery.py": "connected/test_boundary.py",
    "common/kv.py": "connected/test_kv.py",
    "common/letters.py": "connected/test_letters.py",
    "common/objects.py": "connected/test_objects.py",
    "common/patience.py": "common/test_circuits.py",
    "common/pausing.py": "connected/test_pausing.py",
    "common/provision.py": "connected/test_provision.py",
    "common/readiness.py": "connected/test_service.py",
    "common/reaper.py": "connected/test_reaper.py",
    "common/runtime.py": "connected/test_bus.py",
    "common/scan.py": "connected/test_scan.py",
    "common/service.py": "connected/test_service.py",
    "common/stream.py": "connected/test_ledger.py",
    "common/taking.py": "connected/test_stopping.py",
    "common/telemetry.py": "standalone/receiver/test_app.py",
    "common/verify.py": "connected/test_service.py",
    "common/vectors/census.py": "connected/test_audit.py",
    "common/vectors/collections.py": "connected/test_vectors_contract.py",
    "common/vectors/reader.py": "connected/test_vectors_contract.py",
    "common/vectors/writer.py": "connected/test_vectors_contract.py",
    "fetcher/ahead.py": "connected/test_ahead.py",
    "gateway/deadforms.py": "gateway/api/test_dead.py",
    "gateway/hasty.py": "connected/test_back_pressure.py",
    "gateway/room.py": "connected/test_back_pressure.py",
    "standalone/servers.py": "connected/test_s3_contract.py",
    "standalone/services.py": "e2e",
    "standalone/stack.py": "e2e",
    "gateway/jobboard.py": "gateway/api/test_jobs.py",
    "gateway/jobexport.py": "gateway/test_jobdesk.py",
    "gateway/jobkinds.py": "gateway/api/test_jobs.py",
    "gateway/jobpapers.py": "gateway/test_jobdesk.py",
    "gateway/jobsummaries.py": "gateway/test_jobdesk.py",
    "gateway/jobtaking.py": "connected/test_jobs.py",
    "gateway/jobviews.py": "gateway/api/test_jobs.py",
    "gateway/pages/jobs.py": "pages/test_page_jobs.py",
    "cli/gatewaycall.py": "cli/test_jobs.py",
    "cli/demo.py": "e2e",
    "cli/demowatches.py": "e2e",
    "cli/live.py": "e2e",
    "cli/outcome.py": "e2e",
    "cli/reindex_desk.py": "connected/test_reindex.py",
    "cli/reindex_fill.py": "connected/test_reindex.py",
    "cli/reindex_moves.py": "connected/test_reindex.py",
    "cli/reindex_run.py": "connected/test_reindex.py",
    "cli/reindex_texts.py": "cli/test_reindex.py",
    "cli/reindex_view.py": "connected/test_reindex.py",
    "cli/reindex_work.py": "connected/test_reindex.py",
    "gateway/serving.py": "connected/test_reindex.py",
    "indexer/opening.py": "connected/test_reindex.py",
    "cli/replay.py": "e2e",
    "cli/sinks.py": "e2e",
    "cli/status.py": "e2e",
    "cli/system.py": "e2e",
    "cli/topologies.py": "cli/test_main.py",
    "cli/tracing.py": "e2e",
    "cli/up.py": "e2e",
    "common/pacing.py": "connected/test_rebuild.py",
    "summarizer/wiring.py": "e2e",
    "common/survey.py": "connected/test_rebuild.py",
    "common/vectors/inventory.py": "connected/test_rebuild.py",
    "indexer/reconcile.py": "connected/test_rebuild.py",
    "indexer/reconcile_world.py": "connected/test_rebuild.py",
    "indexer/reconcile_papers.py": "indexer/test_reconcile_compare.py",
    "cli/rebuild_driver.py": "connected/test_rebuild.py",
    "cli/rebuild_index.py": "connected/test_rebuild.py",
    "cli/rebuild_summaries.py": "connected/test_rebuild.py",
    "cli/rebuild_targets.py": "connected/test_rebuild.py",
    "cli/rebuild.py": "cli/test_rebuild.py",
}
"""Modules whose behaviour needs servers or the whole system, and where it is tested."""


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


def offenders(rule: Callable[[Path], Iterator[str]]) -> list[str]:
    """What breaks a rule, each with its place."""
    return [f"{name_of(file)}: {words}" for file in FILES for words in rule(file)]


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


def code_lines(file: Path) -> int:
    """Lines of statements inside functions, which is where logic is."""
    lines: set[int] = set()
    for function in functions(file):
        for node in ast.walk(function):
            if isinstance(node, ast.stmt) and node is not function:
                lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def test_files_are_found() -> None:
    assert {package_of(file) for file in FILES} == {*LIBS, *SERVICES}


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


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_parts(service: str) -> None:
    folder = ROOT / "services" / service
    source = folder / "src" / service
    worker = () if service == "gateway" else ("handlers.py",)
    needed = [source / part for part in ("__main__.py", "settings.py", *worker)]
    needed += [folder / "README.md", folder / "pyproject.toml"]
    missing = [str(path.relative_to(ROOT)) for path in needed if not path.exists()]
    assert not missing


def test_every_module_with_logic_has_its_test() -> None:
    """``libs/common/src/common/x.py`` is tested in ``tests/common/test_x.py``."""
    missing = []
    for file in FILES:
        if file.stem in ("__init__", "__main__", "settings"):
            continue
        name = Path(name_of(file))
        mirrored = ROOT / "tests" / name.with_name(f"test_{name.name}")
        # a small package may have one test for all of it
        of_package = ROOT / "tests" / name.parent.with_name(f"test_{name.parent.name}.py")
        if code_lines(file) <= WITH_LOGIC_LINES or str(name) in TESTED_ELSEWHERE:
            continue
        if name.as_posix().startswith("standalone/vectors/"):
            continue  # the same contract runs against it and against Qdrant
        if not mirrored.exists() and not of_package.exists():
            missing.append(f"{name} ({code_lines(file)} lines of logic)")
    assert not missing, "\n".join(missing)


def test_what_is_tested_elsewhere_is_there() -> None:
    known = {name_of(file) for file in FILES}
    for module, place in TESTED_ELSEWHERE.items():
        assert module in known, module
        assert (ROOT / "tests" / place).exists(), place


def test_the_example_of_an_environment_is_complete() -> None:
    file = ROOT / ".env.example"
    assert file.read_text() == env_example.text(), (
        "run `python tests/env_example.py > .env.example`"
    )


@pytest.mark.parametrize("package", env_example.PACKAGES)
def test_the_example_can_be_used_as_it_is(package: str) -> None:
    kind = env_example.settings_of(package)
    example = env_example.shown(ROOT / ".env.example")
    assert settings.load(kind, example) == settings.load(kind, {})


def test_every_variable_is_explained() -> None:
    missing = {
        f"{title}: {variable.name}"
        for title, found in env_example.sections()
        for variable in found
        if not variable.text
    }
    assert not missing


def test_variables_of_one_name_mean_the_same() -> None:
    """Two packages may read one variable, but must not disagree on its default."""
    defaults: dict[str, set[str]] = {}
    for package in env_example.PACKAGES:
        for variable in settings.variables(env_example.settings_of(package)):
            defaults.setdefault(variable.name, set()).add(variable.default)
    assert {name: found for name, found in defaults.items() if len(found) > 1} == {}


PRIVATE = re.compile(
    rb"/(?:work|root|tmp/pb)/|(?:^|[\s=\"'])/(?:work|root)\b"
    rb"|index-url|extra-index-url|PIP_INDEX|UV_INDEX|https?://[\w.-]*(?:artifactory|nexus|pypi\.)[\w.-]*"
)
HERE = "tests/test_architecture.py"


def repository_files() -> list[Path]:
    """Tracked files and those that could be added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and name != HERE and (ROOT / name).is_file()]


def test_nothing_names_the_place_where_it_was_made() -> None:
    found = []
    for file in repository_files():
        body = file.read_bytes()
        if b"\0" in body[:8000]:
            continue
        for number, line in enumerate(body.splitlines(), start=1):
            if PRIVATE.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line[:100]!r}")
    assert not found, "\n".join(found)
