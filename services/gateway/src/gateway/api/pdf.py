"""The PDF of a paper."""

from litestar import Response, get

from common.errors import Terminal
from common.paperid import parse
from gateway import library, pdf
from gateway.wiring import Wiring, paper_of


@get(
    "/papers/{paper:str}/pdf",
    tags=["papers"],
    summary="The PDF, or the way to it",
    media_type="application/pdf",
)
async def paper_pdf(paper: str, stores: Wiring) -> Response[bytes]:
    """The stored file where the licence allows it, else 302 to the source."""
    named = parse(paper_of(paper))
    found = await library.known(stores.ledger, named)
    choice = pdf.choose(found, named.version)
    if choice.ref is None:
        return Response(b"", status_code=302, headers={"Location": choice.elsewhere})
    body = await stores.objects.get(choice.ref)
    if not body.startswith(b"%PDF-"):
        raise Terminal("the stored file is not a PDF", reason="not_pdf")
    disposition = f'attachment; filename="{pdf.file_name(found)}"'
    headers = {**pdf.HEADERS, "Content-Disposition": disposition}
    return Response(body, headers=headers, media_type="application/pdf")
