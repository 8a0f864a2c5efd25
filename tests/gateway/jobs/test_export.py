"""Exports: every format, and nothing to export."""

import csv
import io

import msgspec
import pytest

from fakes_gateway import World
from fakes_office import Meta, Office, filled
from gateway.citing.formats import FORMATS
from gateway.citing.work import of_card


async def test_an_export_as_lines(world: World, meta: Meta) -> None:
    async with Office(filled(world, meta)) as office:
        job = await office.ended(await office.ask("export", format="jsonl"))
    assert (job.state, job.counts.done, job.progress, job.error) == ("ok", 230, 1.0, "")
    lines = [msgspec.json.decode(line) for line in office.file(job).splitlines()]
    assert {line["id"] for line in lines} == set(world.index.cards)


async def test_an_export_as_a_table_no_spreadsheet_runs(world: World, meta: Meta) -> None:
    world.add(meta('=cmd("x"), a "title"', authors=("Ada, L.", "B")), "arxiv:2401.00001")
    async with Office(world) as office:
        job = await office.ended(await office.ask("export", format="csv", feed="ai-scholar"))
    (row,) = csv.DictReader(io.StringIO(office.file(job)))
    assert row["title"] == '\'=cmd("x"), a "title"'
    assert (row["authors"], row["full_text"]) == ("Ada, L.; B", "true")
    assert row["url"] == "https://arxiv.org/abs/2401.00001v1"


async def test_an_export_as_bibtex(world: World, meta: Meta) -> None:
    world.add(meta("The GPU & you", doi="10.1000/x", journal_ref="J. Test 1"), "arxiv:2401.00001")
    world.add(meta("The GPU & them"), "arxiv:2401.00002")
    async with Office(world) as office:
        job = await office.ended(await office.ask("export", format="bibtex", limit=2))
    text = office.file(job)
    assert "@misc{lovelace2026gpu-2401.00002," in text
    assert "@article{lovelace2026gpu-2401.00001," in text
    assert r"title = {The {GPU} \& you}" in text
    assert "doi = {10.1000/x}" in text


@pytest.mark.parametrize("name", ["ris", "csl-json", "markdown"])
async def test_an_export_in_another_format_is_whole(world: World, meta: Meta, name: str) -> None:
    async with Office(filled(world, meta)) as office:
        job = await office.ended(await office.ask("export", format=name))
    form = FORMATS[name]
    cards = sorted(world.index.cards.values(), key=lambda c: (c.announced, c.paper), reverse=True)
    assert office.file(job) == form.document(map(of_card, cards))


async def test_an_export_of_nothing_fails_and_says_so(world: World) -> None:
    async with Office(world) as office:
        job = await office.ended(await office.ask("export"))
    assert (job.state, job.result) == ("failed", "")
    assert "no paper fits" in job.error
    assert world.objects.bodies == {}
