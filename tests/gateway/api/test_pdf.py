from collections.abc import Callable
from typing import Any

from litestar.testing import AsyncTestClient

from common.events import PaperMeta, VersionInfo
from fakes_gateway import World

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
KEY = "arxiv:2401.00001"
ARXIV = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


async def test_an_open_licence_serves_the_stored_file(
    client: Client, world: World, meta: Meta
) -> None:
    world.add(meta(), KEY)
    answer = await client.get(f"/api/v1/papers/{KEY}/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="2401.00001v1.pdf"'
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_it_opens_in_the_browser_when_that_is_asked(
    client: Client, world: World, meta: Meta
) -> None:
    world.add(meta(), KEY)
    answer = await client.get(f"/api/v1/papers/{KEY}/pdf?inline=true")
    assert answer.headers["content-disposition"] == 'inline; filename="2401.00001v1.pdf"'
    policy = answer.headers["content-security-policy"]
    assert "sandbox" not in policy, "which not every browser's viewer opens in"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/pdf"
    world.objects.bodies[f"pdf/{KEY}"] = b"<html><script>alert(1)</script>"
    assert (await client.get(f"/api/v1/papers/{KEY}/pdf?inline=true")).status_code == 500
    assert (await client.get(f"/api/v1/papers/{KEY}/pdf?inline=maybe")).status_code == 400


async def test_any_other_licence_leads_to_arxiv(client: Client, world: World, meta: Meta) -> None:
    for licence in (ARXIV, "", "https://example.org/mine"):
        world.add(meta(licence=licence), KEY)
        answer = await client.get(f"/api/v1/papers/{KEY}/pdf", follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["location"] == "https://arxiv.org/pdf/2401.00001v1"


async def test_another_version_than_the_stored_one_leads_to_arxiv(
    client: Client, world: World, meta: Meta
) -> None:
    versions = (VersionInfo(version=1), VersionInfo(version=2))
    world.add(meta(versions=versions), KEY, version=2)
    answer = await client.get("/api/v1/papers/2401.00001v1/pdf", follow_redirects=False)
    assert answer.headers["location"] == "https://arxiv.org/pdf/2401.00001v1"


async def test_an_upload_that_may_not_be_served(client: Client, world: World, meta: Meta) -> None:
    key = f"upload:{'a' * 64}"
    world.add(meta(licence=""), key)
    assert (await client.get(f"/api/v1/papers/{key}/pdf")).status_code == 451
    world.add(meta(), key)
    answer = await client.get(f"/api/v1/papers/{key}/pdf")
    assert answer.headers["content-disposition"].endswith(f'{"a" * 64}v1.pdf"')


async def test_a_stored_file_that_is_no_pdf_is_never_sent(
    client: Client, world: World, meta: Meta
) -> None:
    world.add(meta(), KEY)
    world.objects.bodies[f"pdf/{KEY}"] = b"<html><script>alert(1)</script>"
    answer = await client.get(f"/api/v1/papers/{KEY}/pdf")
    assert answer.status_code == 500
    assert b"script" not in answer.content
