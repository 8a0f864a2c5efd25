"""Every command on every page of the operations names what exists."""

import re
from pathlib import Path

import pytest

from runbook_pages import FOLDER, MARKS, blocks, in_text, pages, simple, steps, wrong
from source_tree import ROOT

PAGES = pages()
NAMES = [page.name for page in PAGES]
DATE = re.compile(r"^Reviewed: \d{4}-\d\d-\d\d\.", re.MULTILINE)
APART = {
    "backup restore": ("runs.restore(", "connected/test_backup.py"),
    "reindex": ('"reindex"', "connected/test_reindex.py"),
    "bundle": ("evidence.tar.gz", "e2e/test_runbook.py"),
    "refuse.json": ("standalone.llm", "e2e/test_runbook.py"),
    "paperbus demo": ("Demo(", "e2e/test_runbook.py"),
}
"""What a command that is run apart has in it, and what of it is in the test that runs it."""
RULES = (
    "deploy/prometheus/rules/paperbus.yaml",
    "deploy/k8s/components/monitoring/monitoring.yaml",
)
OURS = (
    *("daily", "emergency-storage", "errors", "incidents", "install", "keys", "monthly"),
    *("recovery", "upgrade", "weekly"),
)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_block_says_what_it_is(page: Path) -> None:
    """A block without a word would be run by nobody."""
    for block in blocks(page):
        assert block.marks, f"{block.page}:{block.line}: say console, text, yaml, toml or ini"
        kind, *marks = block.marks
        assert kind in ("console", "text", "yaml", "toml", "ini"), f"{block.page}:{block.line}"
        assert set(marks) <= MARKS, f"{block.page}:{block.line}: {marks}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_command_exists(page: Path) -> None:
    found = [f"{step.place}: {words}" for step in steps(page) if (words := wrong(step.command))]
    passing = [wrong(one, in_passing=True) for one in in_text(page)]
    assert not found + [f"{page.name}: {one}" for one in passing if one]


def test_what_is_run_apart_is_run_by_a_test_that_says_so() -> None:
    for page in PAGES:
        for step in steps(page):
            if "apart" in step.marks:
                found = [file for start, file in APART.items() if start in step.command]
                assert found, f"{step.place}: name the test that runs it in APART"
                words, file = found[0]
                assert words in (ROOT / "tests" / file).read_text(), f"{step.place}: not in {file}"


def test_the_index_names_each_page_and_the_day_of_its_review() -> None:
    text = (FOLDER / "README.md").read_text()
    assert [name for name in NAMES if name != "README.md" and f"({name})" not in text] == []
    assert DATE.search(text)
    told = set(re.findall(r"`([a-z]+)`", text.split("| word | means |")[1]))
    assert told >= MARKS


@pytest.mark.parametrize("name", OURS)
def test_each_runbook_says_who_when_and_how_long(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text()
    assert "| who | when | how long |" in text.split("\n## ")[0]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        file, _, part = target.partition("#")
        there = page if not file else (page.parent / file).resolve()
        assert there.exists(), f"{page.name}: {target}"
        if part and there.suffix == ".md":
            titles = re.findall(r"^#+ (.*)", there.read_text(), re.MULTILINE)
            assert part in {anchor(title) for title in titles}, f"{page.name}: {target}"


@pytest.mark.parametrize("file", RULES)
def test_each_alert_links_to_a_section(file: str) -> None:
    found = re.findall(r"^ +runbook_url: (.*)$", (ROOT / file).read_text(), re.MULTILINE)
    assert len(found) > 50
    for url in found:
        path, _, part = url.partition("/blob/main/")[2].partition("#")
        titles = re.findall(r"^#+ (.*)", (ROOT / path).read_text(), re.MULTILINE)
        assert part in {anchor(title) for title in titles}, url


def anchor(title: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("paperbus topologie apply", "no command topologie"),
        ("paperbus topology apply --fast", "no option --fast"),
        ("paperbus topology", "is a group"),
        ("paperbus dead replay --service nobody", "may not be nobody"),
        ("paperbus --data x errors --since", "needs a value"),
        ("paperbus trace", "has 0 arguments"),
        ("paperbus doctor extra", "has 1 arguments"),
        ("ls | frobnicate", "no program frobnicate"),
        ('echo "$(paperbus nothing)"', "no command nothing"),
        ("make coffee", "no target"),
        ("sh deploy/none.sh", "no file"),
        ("docker compose run --rm cli paperbus doctr", "no command doctr"),
        ("docker compose up -d indexr", "no service"),
        ("docker compose fly", "has no fly"),
        ("docker compose up -d objects", "no service"),
        ("kubectl fly", "has no"),
        ("kubectl apply -k deploy/k8s/overlays/none", "no file"),
        ("kubectl --namespace x rollout restart deployment/indexr", "no deployment indexr"),
        ("kubectl --namespace x create job --from=cronjob/none now", "no cronjob none"),
        ("kubectl --namespace x exec deployment/operator -- paperbus doctr", "no command doctr"),
        ("indexer parse", "has 0 arguments"),
        ("python -m nowhere", "no module"),
    ],
)
def test_what_does_not_exist_is_found(command: str, words: str) -> None:
    assert words in wrong(command)


def test_a_line_is_taken_apart_as_the_shell_does() -> None:
    line = 'A=1 paperbus errors 2>&1 | grep -c "a|b" > out && kill "$(cat lock)"'
    assert simple(line) == [
        ["paperbus", "errors"],
        ["grep", "-c", "a|b"],
        ["kill", "VALUE"],
        ["cat", "lock"],
    ]
    assert ROOT.is_dir()
