"""Commands for debugging the notifier from a shell."""

from collections.abc import Callable
from typing import TextIO

import click
import msgspec

from common.commands import fail_clearly, loaded, run_async
from common.errors import UsageError
from common.events import PaperEmbedded
from common.ids import message_id, now, parse_time
from common.ledger import result_as
from common.outbound import Answer, Outbound
from common.paperid import parse
from common.runtime import connect
from common.watches import Delivery
from common.watches.delivery import NO_EVENT
from common.watches.fitting import Fit, fitting
from notifier.records import Records
from notifier.settings import NotifierSettings, Settings
from notifier.watchlist import Watchlist
from notifier.webhook import signed

TEST_SECRET = "whsec_cGFwZXJidXMtdGVzdC1zZWNyZXQtMDEyMzQ1Njc="
Connect = Callable[[NotifierSettings], Outbound]


def add_commands(group: click.Group, outbound_of: Connect) -> None:
    """Add the notifier's own commands to ``group``."""

    @group.command(name="match", help="Which watches a paper fits and why; sends nothing.")
    @click.argument("paper_id", metavar="ID")
    @fail_clearly
    def match_command(paper_id: str) -> None:
        for fit in run_async(_fits(loaded(Settings), parse(paper_id).key)):
            click.echo(shown_fit(fit))

    @group.command(help="What was told to whom, and the answers.")
    @click.option("--watch", default="", help="Only of this watch (its id).")
    @click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
    @fail_clearly
    def deliveries(watch: str, as_json: bool) -> None:
        for delivery in run_async(_deliveries(loaded(Settings), watch)):
            bare = msgspec.structs.replace(delivery, event=NO_EVENT)
            click.echo(msgspec.json.encode(bare).decode() if as_json else shown(delivery))

    @group.command(name="test-webhook", help="Post a signed test message and print the answer.")
    @click.argument("url")
    @click.option("--secret-file", type=click.File(), help="File with the whsec_ secret.")
    @fail_clearly
    def test_webhook(url: str, secret_file: TextIO | None) -> None:
        secret = secret_file.read().strip() if secret_file else TEST_SECRET
        answer = run_async(_test(outbound_of(loaded(Settings).notifier), url, secret))
        verdict = "taken" if 200 <= answer.status < 300 else "not taken"
        said = answer.body[:200].decode(errors="replace").strip()
        click.echo(f"{answer.status} {verdict}" + (f": {said}" if said else ""))


async def _fits(settings: Settings, paper: str) -> list[Fit]:
    async with connect("notifier-cli", settings) as runtime:
        event: PaperEmbedded | None = result_as(
            await runtime.ledger.read(paper, "indexer"), PaperEmbedded
        )
        if event is None:
            raise UsageError("ID", f"{paper} is not indexed here")
        watches = await Watchlist(runtime.kv("watches"), lambda: parse_time(now())).at("")
    if not watches:
        raise UsageError("ID", "there are no watches yet")
    found = [*fitting(watches, event, "embedded"), *fitting(watches, event, "summary")]
    return sorted(found, key=lambda fit: (-fit.verdict.fits, -fit.verdict.score, fit.watch.name))


async def _deliveries(settings: Settings, watch: str) -> list[Delivery]:
    async with connect("notifier-cli", settings) as runtime:
        return await Records(runtime.kv("deliveries")).all(watch)


async def _test(outbound: Outbound, url: str, secret: str) -> Answer:
    content = msgspec.json.encode({"type": "paperbus.test", "timestamp": now(), "data": {}})
    name = f"msg_{message_id('test', url, now()).replace('-', '')}"
    try:
        headers = signed(name, parse_time(now()), content, secret)
    except ValueError as error:
        raise UsageError("--secret-file", "must hold whsec_ followed by base64") from error
    async with outbound:
        return await outbound.post(url, content, headers)


def shown_fit(fit: Fit) -> str:
    """One line: does it fit, how well, and why."""
    verdict = fit.verdict
    why = ", ".join(f"{hit.text} ({hit.place} ×{hit.count})" for hit in verdict.hits)
    because = "; ".join(part for part in (verdict.reason, why) if part) or "its filters hold"
    sign = "fits " if verdict.fits else "no   "
    return f"{sign} {verdict.score:.2f}  {fit.watch.name} [{fit.watch.id}]  {because}"


def shown(delivery: Delivery) -> str:
    """One line: when, what, to whom, and the answer."""
    answer = " ".join(part for part in (str(delivery.code or ""), delivery.said) if part)
    told_once = delivery.attempts == 1 or bool(delivery.period)
    tries = "" if told_once else f" ({delivery.attempts} tries)"
    line = f"{delivery.at[:19]}Z {delivery.state:<7} {delivery.paper} v{delivery.version} "
    return (
        f"{line}→ {delivery.channel} {delivery.place} [{delivery.watch}]{tries} {answer}".rstrip()
    )
