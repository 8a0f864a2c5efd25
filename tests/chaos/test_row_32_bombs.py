"""Row 32: PDFs that eat memory, time and files; the child dies, the worker lives."""

import zlib

import pytest

from chaos.conftest import Start
from chaos.kit.verdict import assert_green
from common import topology

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
REFUSED = 3
"""Bombs that cannot be read; one with endless operators may yield its text."""


def _pdf(stream: bytes, extra: bytes = b"", kids: bytes = b"3 0 R") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[" + kids + b"]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font"
        b"<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n"
        % len(stream)
        + stream
        + b"\nendstream endobj\n"
        + extra
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def bombs() -> list[bytes]:
    many = zlib.compress(b"BT /F 9 Tf (x) Tj ET\n" * 4_000_000, 9)
    deep = zlib.compress(b"q " * 20_000_000, 9)
    pages = b"3 0 R " * 500_000
    return [_pdf(many), _pdf(deep), _pdf(zlib.compress(b"BT ET"), kids=pages), b"%PDF-" * 10_000]


def test_every_paper_ends_and_the_worker_lives(start: Start) -> None:
    def plant(system: object) -> None:
        folder = system.folder / "pdfs"  # type: ignore[attr-defined]
        for paper, body in zip(system.ids, bombs(), strict=False):  # type: ignore[attr-defined]
            (folder / f"{paper}.pdf").write_bytes(body)

    system = start(16, before=plant)
    before = {name: system.pid(name) for name in topology.SERVICES}
    system.load()
    verdict = assert_green(system)
    read = system.metric("indexer", "paperbus_pdfs_read_total{")
    as_text = system.metric("indexer", 'paperbus_pdfs_read_total{outcome="text"')
    print(verdict, f"{read:.0f} PDFs, {as_text:.0f} with text")
    assert read - as_text >= REFUSED, "the bombs did no harm"
    assert {name: system.pid(name) for name in topology.SERVICES} == before
