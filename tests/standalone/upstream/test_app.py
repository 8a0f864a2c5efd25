"""The running upstream: protocols over HTTP, every fault, statistics, the command's manners."""

import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

Start = Callable[..., tuple["subprocess.Popen[str]", str]]
PDF = "/pdf/2606.18250"


@pytest.fixture(scope="module")
def address(start: Start) -> str:
    return start()[1]


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers={"user-agent": "tests/1"}, timeout=60) as client:
        client.delete("/control/faults")
        client.post("/control/reset")
        yield client


def script(client: httpx.Client, **fault: Any) -> None:
    client.post("/control/faults", json={"match": "/pdf/*", **fault}).raise_for_status()


@pytest.mark.parametrize(
    ("path", "media", "words"),
    [
        ("/oai?verb=Identify", "text/xml", b"<repositoryName>arXiv<"),
        ("/oai?verb=ListRecords&metadataPrefix=arXiv&set=q-fin", "text/xml", b"</ListRecords>"),
        ("/api/query?search_query=cat:cs.AI+AND+ti:learning", "application/atom+xml", b"<entry>"),
        ("/api/query?search_query=cat%3Astat.ML&max_results=1", "application/atom+xml", b"<entry>"),
        ("/rss/cs.AI+stat.ML", "application/rss+xml", b"<item>"),
        ("/atom/cs.AI", "application/atom+xml", b"<entry>"),
        (PDF, "application/pdf", b"%PDF-"),
        (f"{PDF}v1.pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_protocols(client: httpx.Client, path: str, media: str, words: bytes) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media
    assert words in answer.content


def test_oai_takes_posted_forms(client: httpx.Client) -> None:
    assert "<repositoryName>" in client.post("/oai", data={"verb": "Identify"}).text


def test_head_has_no_body(client: httpx.Client) -> None:
    answer = client.head(PDF)
    assert (answer.status_code, answer.content) == (200, b"")


def test_other_methods_are_refused(client: httpx.Client) -> None:
    assert client.put(PDF).status_code == 405


def test_status_with_and_without_retry_after(client: httpx.Client) -> None:
    script(client, kind="status", status=429, retry_after_s=2)
    script(client, kind="status", status=503)
    first, second, third = (client.get(PDF) for _ in range(3))
    assert (first.status_code, first.headers["retry-after"]) == (429, "2")
    assert (second.status_code, "retry-after" in second.headers) == (503, False)
    assert third.status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("missing", 404), ("wrong_type", 200)])
def test_html_instead(client: httpx.Client, kind: str, status: int) -> None:
    script(client, kind=kind)
    answer = client.get(PDF)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_drip(client: httpx.Client) -> None:
    whole = client.get(PDF).content
    script(client, kind="drip", bytes_per_s=len(whole) * 4)
    started = time.monotonic()
    assert client.get(PDF).content == whole
    assert time.monotonic() - started > 0.2


@pytest.mark.parametrize("kind", ["truncate", "reset"])
def test_broken_connections(client: httpx.Client, kind: str) -> None:
    script(client, kind=kind)
    with pytest.raises(httpx.TransportError):
        client.get(PDF)
    assert client.get(PDF).status_code == 200


def test_hang(client: httpx.Client) -> None:
    script(client, kind="hang", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        client.get(PDF, timeout=0.2)
    assert client.get(PDF).status_code == 200


def test_a_token_lapses_when_told(client: httpx.Client) -> None:
    first = client.get("/oai?verb=ListIdentifiers&metadataPrefix=arXiv").text
    token = first.partition("<resumptionToken")[2].partition(">")[2].partition("<")[0]
    again = {"verb": "ListIdentifiers", "resumptionToken": token}
    client.post("/control/faults", json={"match": "/oai*Token*", "kind": "expire_token"})
    assert "badResumptionToken" in client.get("/oai", params=again).text
    assert "<identifier>" in client.get("/oai", params=again).text


def test_statistics(client: httpx.Client) -> None:
    for path in ("/oai?verb=Identify", PDF, "/nix"):
        client.get(path)
    asked = client.get("/control").json()["asked"]
    assert asked["requests"] == {"oai": 1, "pdf": 1, "other": 1}
    assert asked["statuses"] == {"200": 2, "404": 1}
    assert asked["max_concurrency"] == 1
    assert 0 < asked["min_spacing_s"] < 60
    assert asked["user_agents"] == ["tests/1"]


def test_an_announcement_is_seen_at_once(client: httpx.Client) -> None:
    record = {
        "id": "2606.99990",
        "title": "A withdrawn paper",
        "authors": ["A"],
        "categories": ["cs.AI"],
        "abstract": "B",
    }
    client.post("/control/announce", json=[record]).raise_for_status()
    assert client.get("/pdf/2606.99990").status_code == 200
    client.post("/control/announce", json=[{**record, "withdrawn": True}]).raise_for_status()
    assert client.get("/pdf/2606.99990").status_code == 404
    assert client.get("/pdf/2606.99990v1").status_code == 200
    assert "2606.99990v2" in client.get("/api/query?id_list=2606.99990").text
