"""``python -m render``: writes every generated file of ``deploy/``, or says which are old."""

import sys
from collections.abc import Callable, Mapping

import click

from render import compose, dashboards, kubernetes, rules, scraping
from render.fleet import ROOT

Part = Callable[[], Mapping[str, str]]
PARTS: tuple[Part, ...] = (
    compose.files,
    kubernetes.files,
    dashboards.files,
    rules.files,
    scraping.files,
)
"""Each gives the text of the files it makes, by their path from the root."""


def stale() -> dict[str, str]:
    """The files whose text is not what would be written now."""
    made = {name: text for part in PARTS for name, text in part().items()}
    return {
        name: text
        for name, text in made.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text() != text
    }


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when a file is old.")
def main(check: bool) -> None:
    """Write compose.yaml, the manifests and what else follows from fleet and code."""
    old = stale()
    for name, text in sorted(old.items()):
        if not check:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text)
            if name.endswith(".sh"):
                (ROOT / name).chmod(0o755)
        click.echo(f"{'old' if check else 'written'} {name}")
    sys.exit(1 if check and old else 0)


if __name__ == "__main__":
    main()
