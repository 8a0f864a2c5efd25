"""The debug commands."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from common import provision
from common.events import PaperEmbedded, SummaryRequested
from common.ledger import Row
from common.llm import Reply
from common.runtime import connect
from common.settings import load
from common.texts import Summary
from servers import nats_server
from summarizer.__main__ import main
from summarizer.cli import shown
from summarizer.settings import Settings
from summarizer.spend import Spend

DAY = "2026-11-21"
SUMMARY = Summary(
    paper="arxiv:2401.00001",
    version=2,
    tldr="Short.",
    findings="It works.",
    model="gpt-4o-mini",
    recipe="ab" * 32,
    prompt_version="1",
    prompt_tokens=1000,
    completion_tokens=100,
    cost_usd=0.00021,
    at=f"{DAY}T08:00:00Z",
)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {},
            [
                "arxiv:2401.00001 v2 · gpt-4o-mini",
                "tldr:     Short.",
                "findings: It works.",
                "cost:     $0.0002 (1000 tokens in, 100 out)",
            ],
        ),
        (
            {"extractive": True, "findings": "", "limits": "Few.", "cost_usd": 0.0},
            [
                "arxiv:2401.00001 v2 · extractive (the paper's own sentences)",
                "tldr:     Short.",
                "limits:   Few.",
                "cost:     $0.0000 (1000 tokens in, 100 out)",
            ],
        ),
    ],
)
def test_a_summary_for_a_terminal(changes: dict[str, object], lines: list[str]) -> None:
    assert shown(msgspec.structs.replace(SUMMARY, **changes)).splitlines() == lines


def run(*arguments: str, nats_url: str = "nats://127.0.0.1:9", **environ: str) -> Result:
    environ = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "", "OPENAI_API_BASE": "", **environ}
    return CliRunner().invoke(main, list(arguments), env={"NATS_URL": nats_url, **environ})


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("summarize", "nonsense"), 2, "'nonsense' is not a paper id"),
        (("summarize", "2401.00001"), 1, "cannot connect to nats://127.0.0.1:9"),
        (("summarize", "2401.00001", "--dry-run"), 1, "cannot connect to nats://127.0.0.1:9"),
        (("spend",), 1, "cannot connect to nats://127.0.0.1:9"),
    ],
)
def test_a_failure_is_one_sentence(arguments: tuple[str, ...], code: int, words: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.output.count("\n")) == (code, 1)
    assert words in result.output


async def fill(nats_url: str, event: PaperEmbedded, wasted: Reply) -> None:
    """One paper is indexed and was summarised once, after a call in vain."""
    settings = load(Settings, {"NATS_URL": nats_url})
    async with connect("test", settings) as runtime:
        await provision.apply(runtime.nc)
        result = msgspec.Raw(msgspec.json.encode(event))
        for name, epoch in (("indexer", 0), ("summarizer", 4)):
            row = Row(
                paper=event.paper,
                row=name,
                state="done",
                version=event.version,
                epoch=epoch,
                at=SUMMARY.at,
                result=result,
            )
            assert await runtime.ledger.commit(row, None)
        spend = Spend(runtime.kv("spend"), settings.summarizer.prices, lambda: SUMMARY.at)
        await spend.kept(SUMMARY, [])
        await spend.lost("r", "gpt-4o-mini", [wasted])


async def requests(nats_url: str) -> list[SummaryRequested]:
    async with connect("test", load(Settings, {"NATS_URL": nats_url})) as runtime:
        info = await runtime.js.stream_info("REQUESTS")
        found = [
            await runtime.js.get_msg("REQUESTS", seq)
            for seq in range(info.state.first_seq, info.state.last_seq + 1)
        ]
        return [msgspec.json.decode(one.data or b"", type=SummaryRequested) for one in found]


@pytest.mark.connected
def test_asking_a_running_system(
    tmp_path: Path, paper: PaperEmbedded, make_reply: Callable[..., Reply]
) -> None:
    bare = msgspec.structs.replace(paper, full_text=False)
    with nats_server(tmp_path / "nats") as nats:
        asyncio.run(fill(nats.url, bare, make_reply()))

        unknown = run("summarize", "2401.99999", nats_url=nats.url)
        assert (unknown.exit_code, "is not indexed here" in unknown.output) == (2, True)

        asked = run("summarize", "2401.00001", "--model", "gpt-9", nats_url=nats.url)
        assert asked.exit_code == 0, asked.output
        assert "asked for a summary of arxiv:2401.00001 v2" in asked.output
        (request,) = asyncio.run(requests(nats.url))
        assert (request.paper, request.version, request.model) == (paper.paper, 2, "gpt-9")
        assert request.epoch == 5, "above that of the summary there is"

        said = run("spend", "--day", DAY, nats_url=nats.url).output
        assert said == (f"{DAY}: 1 summaries, 1 calls in vain, 2000 tokens in, 200 out, $0.0004\n")
        none = run("spend", "--day", "2026-11-20", nats_url=nats.url).output
        assert none.startswith("2026-11-20: 0 summaries, 0 calls in vain, 0 tokens in")
