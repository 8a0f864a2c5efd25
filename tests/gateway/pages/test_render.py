import gzip
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import TemplateNotFound
from litestar.testing import RequestFactory

from gateway.answers import etag_of
from gateway.pages import render
from gateway.problems import Problem
from gateway.wiring import AnyRequest

HOSTILE = '"><script>alert(1)</script>'


def asked(path: str = "/signin", **headers: str) -> AnyRequest:
    return RequestFactory().get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def signin(request: AnyRequest, **more: Any) -> Any:
    return render.page(request, "signin.html", **{"next": "/", "problem": "", **more})


def templates() -> Iterator[str]:
    for file in files("gateway").joinpath("templates").iterdir():
        if file.name.endswith(".html"):
            yield file.name


def test_values_are_escaped_in_text_and_in_attributes() -> None:
    page = render.text("signin.html", path="/", next=HOSTILE, problem=HOSTILE)
    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;' in page
    assert page.count("&lt;script&gt;alert(1)") == 2


@pytest.mark.parametrize("field", ["title", "detail", "instance", "trace_id"])
def test_a_problem_is_escaped(field: str) -> None:
    given: dict[str, Any] = {"title": "Bad", "detail": "Why", "status": 400, field: HOSTILE}
    page = render.text("error.html", path="/", problem=Problem(**given))
    assert "<script>alert" not in page


@pytest.mark.parametrize("left_out", ["path", "next", "problem"])
def test_a_variable_that_is_missing_is_a_failure_and_no_empty_place(left_out: str) -> None:
    values = {"path": "/", "next": "/", "problem": ""}
    del values[left_out]
    with pytest.raises(UndefinedError, match=left_out):
        render.text("signin.html", **values)


@pytest.mark.parametrize("name", ["nothing.html", "../app.py", "/etc/passwd", ""])
def test_only_our_templates_are_there(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        render.text(name)


@pytest.mark.parametrize("name", sorted(templates()))
def test_no_template_switches_escaping_off_or_runs_scripts_of_its_own(name: str) -> None:
    source = files("gateway").joinpath("templates", name).read_text()
    assert "|safe" not in source.replace(" ", "")
    assert "autoescape" not in source
    assert not re.search(r"\son[a-z]+\s*=", source), "the content policy would refuse it"
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|javascript:", source)


def test_a_page_has_a_tag_and_is_not_sent_twice() -> None:
    first = signin(asked())
    assert first.status_code == 200
    assert first.headers["ETag"] == etag_of(first.content)
    again = signin(asked(if_none_match=first.headers["ETag"]))
    assert (again.status_code, again.content) == (304, b"")
    other = signin(asked(if_none_match=first.headers["ETag"]), next="/feeds")
    assert other.status_code == 200


@pytest.mark.parametrize("status", [400, 401, 404, 503])
def test_a_page_that_says_what_is_wrong_is_always_sent_whole(status: int) -> None:
    answer = signin(asked(if_none_match="*"), status=status)
    assert answer.status_code == status
    assert answer.content
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "packed"), [("gzip", True), ("br, gzip;q=0.5", True), ("br", False), ("", False)]
)
def test_pages_are_packed_for_who_can_unpack_them(accepted: str, packed: bool) -> None:
    answer = signin(asked(accept_encoding=accepted))
    assert ("Content-Encoding" in answer.headers) is packed
    plain = gzip.decompress(answer.content) if packed else answer.content
    assert plain.startswith(b"<!doctype html>")
    assert answer.headers["ETag"] == etag_of(plain)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_place_one_is_at_is_marked() -> None:
    page = signin(asked("/feeds", accept_encoding="")).content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page) == ["/feeds"]


def test_after_a_form_one_goes_on_by_get() -> None:
    answer = render.see("/watches#new")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/watches#new")
