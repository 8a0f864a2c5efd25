"""``paperbus bundle``: evidence about a fault, to be looked at elsewhere."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from cli.bundle import hiding, machine, packing
from cli.bundle.asking import Answer, ask_all
from cli.bundle.packing import File, Listed
from cli.bundle.parts import parts
from cli.context import environ_of
from cli.gatewaycall import Gateway
from cli.settings import Settings
from common.commands import fail_clearly
from common.errors import ServiceError
from common.ids import stamp
from common.paperid import parse
from common.settings import load


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """What ``bundle --json`` tells."""

    path: str
    size_bytes: int
    files: list[Listed]


@click.command("bundle")
@click.option("--since", default="24h", show_default=True, help="How far back: 2h, 3d.")
@click.option("--paper", default="", help="With the trace and timeline of this paper.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: paperbus-bundle-TIME.tar.gz here]",
)
@click.option("--json", "as_json", is_flag=True, help="What went in, as one JSON object.")
@click.pass_context
@fail_clearly
def command(ctx: click.Context, since: str, paper: str, out: Path | None, as_json: bool) -> None:
    """Pack what the system says about itself for somebody who looks into a fault.

    Secrets are taken out. A part that does not answer is named and spoils nothing.
    """
    asked = datetime.now(UTC)
    name = f"paperbus-bundle-{asked:%Y%m%dT%H%M%SZ}"
    path = out or Path(f"{name}.tar.gz")
    packing.refuse_existing(path)
    key = parse(paper).key if paper else ""
    wanted = parts(since, key)
    environ = environ_of(ctx)
    secrets = hiding.learn(environ)
    answers = ask_all(wanted, ctx.find_root().params.get("data"), _say)
    settings = load(Settings, environ)
    found = [*_answered(answers), *_of_the_machine(settings, stamp(asked))]
    if key:
        found.append(_timeline(settings, key))
    files = packing.cleaned(found, secrets)
    packing.write(path, name, files, asked.timestamp())
    _tell(path, packing.listed(files), as_json=as_json)


def _answered(answers: list[Answer]) -> list[File]:
    """A file for each answer, and one for all that went to stderr."""
    found = [
        File(name=one.file, body=one.body, text=one.text, outcome=one.outcome) for one in answers
    ]
    said = "".join(
        f"{one.file}: {one.outcome}, {one.took_s} s\n{one.said}\n\n" for one in answers if one.said
    )
    return [*found, File(name="said.txt", body=said.encode(), text="what the parts complained of")]


def _of_the_machine(settings: Settings, at: str) -> list[File]:
    versions = machine.versions(at)
    found = [File(name="versions.json", body=versions, text="what is installed here")]
    if folder := settings.doctor.data_dir:
        found += [
            File(name=f"logs/{name}", body=body, text="the end of this log")
            for name, body in machine.log_ends(Path(folder)).items()
        ]
    return found


def _timeline(settings: Settings, paper: str) -> File:
    name, text = "paper/timeline.json", "what happened to the paper, step by step"
    gateway = Gateway(settings.cli.gateway_url, settings.cli.gateway_shared_key)
    try:
        body = gateway.get(f"/api/v1/papers/{paper}/timeline")
    except ServiceError as error:
        return File(name=name, body=str(error).encode(), text=text, outcome="no answer")
    return File(name=name, body=body, text=text)


def _tell(path: Path, files: list[Listed], *, as_json: bool) -> None:
    size_bytes = path.stat().st_size
    if as_json:
        told = Bundle(path=str(path), size_bytes=size_bytes, files=files)
        click.echo(msgspec.json.encode(told).decode())
        return
    for line in packing.table(files):
        click.echo(line)
    click.echo(f"{len(files)} files in {path}, {size_bytes / 1024:.0f} KiB, without secrets")


def _say(text: str) -> None:
    click.echo(text, err=True)
