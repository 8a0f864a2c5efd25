"""Errors as a page, for people."""

from typing import Any
from urllib.parse import quote

from litestar import Response

from gateway.cards import API
from gateway.pages import render
from gateway.problems import Answer
from gateway.wiring import AnyRequest

_NO_PAGE = (f"{API}/", "/health", "/metrics", "/static/")


class ErrorPage:
    """Decides who gets a page, and makes it."""

    def wanted(self, request: AnyRequest) -> bool:
        """Whether a person's browser asks, and not for the API."""
        path = request.url.path
        return not path.startswith(_NO_PAGE) and "text/html" in request.headers.get("accept", "")

    def response(self, request: AnyRequest, told: Answer) -> Response[Any]:
        """The page, or the way to sign in."""
        problem = told.problem
        if problem.status == 401 and request.method == "GET":
            place = f"/signin?next={quote(request.url.path, safe='/')}"
            return render.see(place)
        answer = render.page(request, "error.html", status=problem.status, problem=problem)
        for name, value in told.headers.items():
            answer.headers[name] = value
        return answer


error_page = ErrorPage()
