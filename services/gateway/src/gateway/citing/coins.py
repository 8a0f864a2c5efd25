"""A paper for programs that read pages: ``citation_*`` meta tags and a COinS span. Pure."""

from urllib.parse import urlencode

from gateway.citing.source import plain
from gateway.citing.work import Work

JOURNAL = "info:ofi/fmt:kev:mtx:journal"


def tags(work: Work) -> list[tuple[str, str]]:
    """Names and contents of the Highwire meta tags, as Google Scholar and Zotero read them."""
    day = work.day
    known = [
        ("citation_title", plain(work.title)),
        *(("citation_author", name.filed) for name in work.names),
        (
            "citation_publication_date",
            f"{day.year:04d}/{day.month:02d}/{day.day:02d}" if day.year else "",
        ),
        ("citation_journal_title", plain(work.journal)),
        ("citation_doi", work.doi),
        ("citation_arxiv_id", work.eprint),
        ("citation_pdf_url", work.pdf_url),
        ("citation_abstract_html_url", work.url),
        ("citation_abstract", plain(work.abstract)),
        *(("citation_keywords", category) for category in work.categories),
    ]
    return [(name, content) for name, content in known if content]


def span(work: Work) -> str:
    """The title of the ``Z3988`` span: an OpenURL context object."""
    day, names = work.day, work.names
    known = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", JOURNAL),
        ("rfr_id", "info:sid/paperbus"),
        ("rft.genre", "article" if work.journal else "preprint"),
        ("rft.atitle", plain(work.title)),
        ("rft.jtitle", plain(work.journal)),
        ("rft.date", f"{day.year:04d}-{day.month:02d}-{day.day:02d}" if day.year else ""),
        ("rft.aulast", f"{names[0].particle} {names[0].family}".strip() if names else ""),
        ("rft.aufirst", names[0].given if names else ""),
        *(("rft.au", name.shown) for name in names),
        ("rft_id", f"info:doi/{work.doi}" if work.doi else ""),
        ("rft_id", f"info:arxiv/{work.eprint}" if work.eprint else ""),
        ("rft_id", work.url),
    ]
    return urlencode([(name, value) for name, value in known if value])
