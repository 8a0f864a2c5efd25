"""OAI-PMH answers: what each verb returns, within the protocol's envelope."""

from collections.abc import Sequence
from datetime import UTC, datetime

from standalone.upstream.identifier import OAI_PREFIX, parse_identifier
from standalone.upstream.markup import DECLARATION, attributes, element, text
from standalone.upstream.oai_formats import FORMATS, XSI
from standalone.upstream.oai_list import Harvest, check_format, page, write_record
from standalone.upstream.oai_request import OaiError, OaiRequest, parse_request
from standalone.upstream.paper import Paper
from standalone.upstream.taxonomy import all_sets

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"


def answer_oai(pairs: Sequence[tuple[str, str]], harvest: Harvest) -> str:
    """Return the XML answer to a request's arguments; errors are answers too."""
    shown: Sequence[tuple[str, str]] = pairs
    try:
        request = parse_request(pairs)
        body = _answer(request, harvest)
    except OaiError as error:
        if error.code in {"badVerb", "badArgument"}:
            shown = ()
        body = element("error", error.message, code=error.code)
    moment = datetime.fromtimestamp(harvest.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{DECLARATION}<OAI-PMH xmlns="{NAMESPACE}" xmlns:xsi="{XSI}"'
        f' xsi:schemaLocation="{NAMESPACE} {NAMESPACE}OAI-PMH.xsd">\n'
        f"<responseDate>{moment}</responseDate>\n"
        f"<request{attributes(shown)}>{text(harvest.base_url)}</request>\n"
        f"{body}\n</OAI-PMH>\n"
    )


def _answer(request: OaiRequest, harvest: Harvest) -> str:
    match request.verb:
        case "Identify":
            body = _identify(harvest)
        case "ListMetadataFormats":
            body = _formats(request, harvest)
        case "ListSets":
            body = _sets(request)
        case "GetRecord":
            check_format(request)
            body = write_record(request, _find(request, harvest))
        case _:
            body = page(request, harvest)
    return f"<{request.verb}>\n{body}\n</{request.verb}>"


def _identify(harvest: Harvest) -> str:
    return (
        element("repositoryName", "arXiv")
        + element("baseURL", harvest.base_url)
        + element("protocolVersion", "2.0")
        + element("adminEmail", "help@arxiv.org")
        + element("earliestDatestamp", harvest.store.listed[0].announced.isoformat())
        + element("deletedRecord", "persistent")
        + element("granularity", "YYYY-MM-DD")
    )


def _formats(request: OaiRequest, harvest: Harvest) -> str:
    if "identifier" in request.arguments:
        _find(request, harvest)
    return "\n".join(
        "<metadataFormat>"
        + element("metadataPrefix", prefix)
        + element("schema", one.schema)
        + element("metadataNamespace", one.namespace)
        + "</metadataFormat>"
        for prefix, one in FORMATS.items()
    )


def _sets(request: OaiRequest) -> str:
    if "resumptionToken" in request.arguments:
        raise OaiError("badResumptionToken", "ListSets is given whole; no token belongs to it.")
    return "\n".join(
        f"<set>{element('setSpec', one.spec)}{element('setName', one.name)}</set>"
        for one in all_sets()
    )


def _find(request: OaiRequest, harvest: Harvest) -> Paper:
    identifier = request.arguments["identifier"]
    parsed = parse_identifier(identifier.removeprefix(OAI_PREFIX))
    paper = harvest.store.get(parsed.id) if parsed and parsed.version is None else None
    if paper is None or not identifier.startswith(OAI_PREFIX):
        raise OaiError("idDoesNotExist", f"Nothing found for this id: {identifier}")
    return paper
