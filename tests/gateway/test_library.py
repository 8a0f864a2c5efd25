from collections.abc import Callable

import msgspec
import pytest

from common.errors import Unavailable
from common.events import ObjectRef, PaperMeta, VersionInfo
from common.paperid import PaperId, parse
from fakes_gateway import World
from gateway import library
from gateway.failures import Missing
from gateway.views import PaperView

Meta = Callable[..., PaperMeta]
KEY = "arxiv:2401.00001"
TWO = tuple(
    VersionInfo(version=n, submitted=f"2026-07-{n:02d}T00:00:00Z", size=f"{n}kb") for n in (1, 2)
)


async def shown(world: World, name: str = KEY) -> PaperView:
    """The whole paper as the API answers it."""
    asked = parse(name)
    found = await library.known(world.ledger, asked)
    return library.detail(found, await library.summary(world.objects, found), asked.version)


@pytest.mark.parametrize(
    "name", ["2401.00009", "hep-th/9901001", "10.1000/x", f"upload:{'a' * 64}"]
)
async def test_what_is_unknown_says_how_to_ask_for_it(world: World, name: str) -> None:
    named = parse(name)
    with pytest.raises(Missing, match=r"POST /api/v1/papers") as told:
        await library.known(world.ledger, named)
    assert named.key in str(told.value)


@pytest.mark.parametrize(
    ("upto", "state", "has_pdf", "full_text", "summary"),
    [
        ("announced", "announced", False, False, False),
        ("fetched", "fetched", True, False, False),
        ("embedded", "searchable", True, True, False),
        ("summarised", "searchable", True, True, True),
        ("notified", "ready", True, True, True),
    ],
)
async def test_a_paper_on_its_way(
    world: World,
    meta: Meta,
    upto: str,
    state: str,
    has_pdf: bool,
    full_text: bool,
    summary: bool,
) -> None:
    world.add(meta(), KEY, upto=upto)
    found = await shown(world)
    assert (found.state, found.has_pdf, found.full_text) == (state, has_pdf, full_text)
    assert (found.summary is not None) is summary
    assert bool(found.tldr) is summary
    assert (found.title, found.licence_label, found.note) == ("Graph networks", "CC BY 4.0", "")


async def test_the_service_that_gave_up_makes_it_dead(world: World, meta: Meta) -> None:
    world.add(meta(), KEY, upto="fetched")
    world.row(KEY, "indexer", 5, None, state="dead", reason="broken")
    found = await shown(world)
    assert (found.state, found.has_pdf, found.full_text) == ("dead", True, False)


async def test_a_paper_that_died_before_it_was_read_still_has_its_timeline(world: World) -> None:
    world.row(KEY, "fetcher", 2, None, state="dead", reason="not_found", error="arXiv says 404")
    found = await library.known(world.ledger, parse(KEY))
    assert (found.version, found.meta.title, found.timeline.state) == (1, KEY, "dead")
    assert "arXiv says 404" in {step.error for step in found.timeline.steps}
    assert (await shown(world)).links.source_abs == "https://arxiv.org/abs/2401.00001v1"


@pytest.mark.parametrize(
    ("asked", "note", "link"),
    [
        ("", "", "v2"),
        ("v2", "", "v2"),
        ("v1", "Version 1 was asked for; what is shown is version 2.", "v1"),
    ],
)
async def test_an_old_version_is_told_from_the_one_shown(
    world: World, meta: Meta, asked: str, note: str, link: str
) -> None:
    world.add(meta(versions=TWO), KEY, version=2)
    found = await shown(world, f"{KEY}{asked}")
    assert (found.version, found.note) == (2, note)
    assert found.links.source_abs == f"https://arxiv.org/abs/2401.00001{link}"
    assert found.links.self == "/api/v1/papers/arxiv:2401.00001"


async def test_a_listed_version_that_was_not_read_yet_may_be_named(
    world: World, meta: Meta
) -> None:
    world.add(meta(versions=TWO), KEY, version=1)
    assert (await shown(world, f"{KEY}v2")).version == 1
    with pytest.raises(Missing, match="has no version 3; the newest one is 2"):
        await shown(world, f"{KEY}v3")


async def test_a_newer_version_supersedes_step_by_step(world: World, meta: Meta) -> None:
    world.add(meta("First"), KEY)
    world.add(meta("Second", versions=TWO), KEY, upto="announced", version=2)
    found = await shown(world)
    assert (found.version, found.title, found.state) == (2, "Second", "announced")
    assert found.summary is not None
    assert found.summary.version == 1, "the summary of version 1 says whose it is"
    assert not found.has_pdf, "the PDF of version 1 is not that of version 2"
    world.add(meta("Second", versions=TWO), KEY, upto="fetched", version=2)
    assert (await shown(world)).has_pdf


async def test_the_file_of_another_version_is_not_given_for_this_one(
    world: World, meta: Meta
) -> None:
    world.add(meta(versions=TWO), KEY, upto="embedded", version=2)
    world.add(meta(), KEY, upto="fetched", version=1)
    found = await shown(world)
    assert (found.version, found.has_pdf) == (2, False)


async def test_an_overtaken_version_is_not_dead(world: World, meta: Meta) -> None:
    world.add(meta(), KEY, upto="fetched")
    world.row(KEY, "indexer", 5, None, state="cancelled", reason="overtaken")
    assert (await shown(world)).state == "fetched"


@pytest.mark.parametrize(
    ("listed", "withdrawn", "told"),
    [
        (TWO, False, [(1, "1kb", False), (2, "2kb", False)]),
        (TWO, True, [(1, "1kb", False), (2, "2kb", True)]),
        ((), False, [(2, "", False)]),
        ((), True, [(2, "", True)]),
    ],
)
async def test_the_versions(
    world: World,
    meta: Meta,
    listed: tuple[VersionInfo, ...],
    withdrawn: bool,
    told: list[tuple[int, str, bool]],
) -> None:
    world.add(meta(versions=listed, withdrawn=withdrawn), KEY, version=2)
    found = await shown(world)
    assert [(one.version, one.size, one.withdrawn) for one in found.versions] == told
    assert found.withdrawn is withdrawn


@pytest.mark.parametrize("body", [None, b"", b"not json", b"{}"])
async def test_a_summary_that_is_lost_leaves_its_short_form(
    world: World, meta: Meta, body: bytes | None
) -> None:
    world.add(meta(), KEY)
    if body is None:
        del world.objects.bodies[f"summary/{KEY}"]
    else:
        world.objects.bodies[f"summary/{KEY}"] = body
    told = (await shown(world)).summary
    assert told is not None
    assert (told.tldr, told.problem) == ("In short: Graph networks", "")
    assert (told.model, told.extractive) == ("extractive", True)


async def test_the_stored_summary_is_told_whole(world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    stored = msgspec.json.decode(world.objects.bodies[f"summary/{KEY}"])
    told = (await shown(world)).summary
    assert told is not None
    parts = ("tldr", "problem", "method", "findings", "limits", "model", "extractive")
    assert [getattr(told, name) for name in parts] == [stored[name] for name in parts]


async def test_a_store_that_is_down_does_not_hide_the_paper(
    world: World, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(ref: ObjectRef) -> bytes:
        raise Unavailable("objects", "refused")

    world.add(meta(), KEY)
    monkeypatch.setattr(world.objects, "get", down)
    assert (await shown(world)).tldr == "In short: Graph networks"


async def test_a_paper_of_a_journal(world: World, meta: Meta) -> None:
    key = "doi:10.1000/x"
    world.add(meta(doi="10.1000/X", journal_ref="J. 1", source="folder"), key)
    found = await library.known(world.ledger, PaperId(key))
    view = library.detail(found, None, None)
    assert (view.doi, view.journal_ref, view.source) == ("10.1000/X", "J. 1", "folder")
    assert view.links.doi == "https://doi.org/10.1000/X"
    assert view.links.source_abs == ""
