"""The commands every service has: run, config show, config validate, config facts, tail."""

import functools
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import click
import msgspec
import uvloop

from common import settings as settings_module
from common import topology
from common.configured import Check, Configured, configured
from common.errors import ServiceError, UsageError
from common.runtime import RunnableSettings, connect

EXIT_USAGE = 2
EXIT_FAILED = 1

R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


def fail(error: ServiceError) -> NoReturn:
    """One clear line on stderr; exit code 2 for what a person gave wrong, else 1."""
    click.echo(f"error: {error}", err=True)
    sys.exit(EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED)


def fail_clearly(command: F) -> F:
    """Let a command end with one clear line instead of a traceback."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ServiceError as error:
            fail(error)

    return wrapped  # type: ignore[return-value]


def run_async(work: Coroutine[Any, Any, R]) -> R:
    """Run a coroutine to its end; Ctrl-C ends with 130."""
    try:
        return uvloop.run(work)
    except KeyboardInterrupt:
        sys.exit(130)


def service_group(
    service: str,
    kind: type[Any],
    start: Callable[[Any], int],
    text: str,
    check: Check | None = None,
) -> click.Group:
    """A command group with what all services have; ``start`` runs the service.

    ``check`` says what is wrong with settings beyond what their types can say.
    """

    @click.group(name=service, help=text)
    @click.version_option(package_name=f"paperbus-{service}")
    def group() -> None:
        """Filled from ``text``."""

    @group.command(help="Run the service until it is told to stop.")
    @fail_clearly
    def run() -> None:
        sys.exit(start(loaded(kind)))

    group.add_command(config_group(kind, service, check))
    group.add_command(_tail(service, kind))
    return group


def loaded(kind: type[Any]) -> Any:
    """Settings from the environment; raises UsageError."""
    return settings_module.load(kind, settings_module.environment())


def config_group(kind: type[Any], program: str, check: Check | None = None) -> click.Group:
    """``config show``, ``validate`` and ``facts`` for one settings struct."""

    def found() -> Configured:
        return configured(program, kind, settings_module.environment(), check)

    @click.group(help="Look at the settings.")
    def config() -> None:
        """Filled from its help."""

    @config.command(help="Print every setting as loaded; secrets as ***.")
    @click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
    @fail_clearly
    def show(as_json: bool) -> None:
        shown = dict(settings_module.describe(loaded(kind)))
        if as_json:
            click.echo(msgspec.json.encode(shown).decode())
            return
        for name, value in shown.items():
            click.echo(f"{name}={value}")

    @config.command(help="Check the settings; exit code 2 when one is wrong.")
    @fail_clearly
    def validate() -> None:
        problems = found().problems
        for problem in problems:
            click.echo(f"error: {problem.name}: {problem.words}", err=True)
        if problems:
            sys.exit(EXIT_USAGE)
        click.echo("settings are valid")

    @config.command(hidden=True, help="All there is to tell, as one JSON object, right or wrong.")
    def facts() -> None:
        click.echo(msgspec.json.encode(found()).decode())

    return config


def _tail(service: str, kind: type[Any]) -> click.Command:
    subjects = sorted(
        {consumer.event.subject for consumer in topology.consumers_of(service)}
        & set(topology.fact_subjects())
    ) or list(topology.fact_subjects())

    @click.command(help=f"Watch {', '.join(subjects)} as it happens.")
    @click.option("--from", "after", type=int, help="Begin after this stream sequence.")
    @click.option("--count", type=int, default=0, help="End after so many.")
    @fail_clearly
    def tail(after: int | None, count: int) -> None:
        run_async(_watch(service, loaded(kind), subjects, after, count))

    return tail


async def _watch(
    service: str, settings: RunnableSettings, subjects: list[str], after: int | None, count: int
) -> None:
    async with connect(f"{service}-tail", settings) as runtime:
        start = await runtime.bus.last_seq() if after is None else after
        seen = 0
        async for fact in runtime.bus.read(subjects, after=start):
            click.echo(f"{fact.seq} {fact.at} {fact.subject} {fact.body.decode()}")
            seen += 1
            if count and seen >= count:
                return
