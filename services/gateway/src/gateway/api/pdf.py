"""The PDF of a paper."""

from typing import Annotated

from litestar import Response, get
from litestar.params import Parameter

from common.errors import Terminal
from common.paperid import parse
from gateway import library, pdf
from gateway.wiring import QUERY, Wiring, paper_of


@get(
    "/papers/{paper:str}/pdf",
    opt={QUERY: ("inline",)},
    tags=["papers"],
    summary="The PDF, or the way to it",
    media_type="application/pdf",
)
async def paper_pdf(
    paper: str,
    stores: Wiring,
    *,
    inline: Annotated[bool, Parameter(description="true opens it instead of saving it")] = False,
) -> Response[bytes]:
    """The stored file where the licence allows it, else 302 to the source."""
    named = parse(paper_of(paper))
    found = await library.known(stores.ledger, named)
    choice = pdf.choose(found, named.version)
    if choice.ref is None:
        return Response(b"", status_code=302, headers={"Location": choice.elsewhere})
    body = await stores.objects.get(choice.ref)
    if not body.startswith(b"%PDF-"):
        raise Terminal("the stored file is not a PDF", reason="not_pdf")
    headers = pdf.headers(found, inline=inline)
    return Response(body, headers=headers, media_type="application/pdf")
