"""What each reason of a dead letter means, and what mends it, in plain words."""

from typing import NamedTuple


class Reason(NamedTuple):
    """What happened, and what makes a replay succeed."""

    means: str
    mend: str


REPLAY = "Replay it."
BUG = "Read the error and the log of the service, update paperbus, then replay."
DROP = "A replay will end the same way; drop it."

REASONS: dict[str, Reason] = {
    "gave_up": Reason(
        "Something it depends on failed at every attempt.",
        "When that works again, replay it; the service also does so by itself.",
    ),
    "deadline": Reason("It took longer than it may, at every attempt.", REPLAY),
    "crash": Reason(
        "The worker ended before the work did, again and again.",
        "Look for what ended it (memory, a kill) in the log of the service, then replay.",
    ),
    "bug": Reason("The software made a mistake with it.", BUG),
    "max_deliveries": Reason(
        "It was delivered again and again and never came to an end.",
        "Look for what ended or stopped the service in its log, then replay.",
    ),
    "terminated": Reason(
        "Someone told the bus never to deliver it again.", "Replay it if it is still wanted."
    ),
    "undecodable": Reason(
        "Its body is no message that paperbus knows, so nothing can be done with it.",
        "It cannot be replayed; find out who sent it, then drop it.",
    ),
    "terminal": Reason("The work can never succeed as it is.", BUG),
    "event_too_large": Reason(
        "What the source says of it, or what came of it, is larger than a message may be.",
        "If the source has mended its record, ask for the paper again (`refetch`); else drop it.",
    ),
    "topology": Reason(
        "The bus is not as it is declared.", "Run `paperbus topology apply`, then replay."
    ),
    "conflict": Reason("Someone else wrote the same at the same moment.", REPLAY),
    "objects": Reason(
        "The object store refused the request.",
        "Check the S3 settings and the rights of the key, then replay.",
    ),
    "qdrant_refused": Reason(
        "The vector store refused the request.",
        "Compare EMBEDDING_KIND and EMBEDDING_MODEL with the collection, then replay.",
    ),
    "embedding_refused": Reason(
        "The embedding endpoint refused the text.",
        "Check EMBEDDING_MODEL and what its provider says, then replay.",
    ),
    "refused": Reason(
        "The language model refused to write about it.",
        "Replay it to ask once more, or choose another SUMMARY_MODEL first.",
    ),
    "truncated": Reason(
        "The answer of the language model was cut off.", "Raise SUMMARY_MAX_TOKENS, then replay."
    ),
    "bad_answer": Reason(
        "The language model did not answer in the form it was asked for.",
        "Replay it to ask once more, or choose another SUMMARY_MODEL first.",
    ),
    "context_length": Reason(
        "The text is longer than the language model can take.",
        "Choose a SUMMARY_MODEL with a longer context, then replay.",
    ),
    "llm_rejected": Reason(
        "The endpoint of the language model rejected the request.",
        "Check SUMMARY_MODEL and OPENAI_BASE_URL, then replay.",
    ),
    "no_llm": Reason(
        "A language model was asked for by name and none is configured.",
        "Set OPENAI_API_KEY and OPENAI_BASE_URL, then replay.",
    ),
    "no_such_model": Reason(
        "The model that was asked for does not exist at the endpoint.",
        "Ask again for a model that exists, and drop this.",
    ),
    "not_indexed": Reason(
        "A summary was asked for a paper that has no text here.",
        "Fetch the paper first, then replay.",
    ),
    "superseded": Reason("A newer version of the paper took its place.", DROP),
    "bad_request": Reason("The source refused the request as wrong.", BUG),
    "bad_address": Reason(
        "An address in it may not be asked.",
        "If the address is right, allow it by OUTBOUND_ALLOW, then replay.",
    ),
    "address_refused": Reason(
        "An address in it leads into a network that is kept private, or is not https.",
        "If that is wanted, allow it by OUTBOUND_ALLOW, then replay.",
    ),
    "bad_url": Reason("An address in it is no URL.", DROP),
    "foreign_redirect": Reason(
        "The source sent us to another site, which is not followed.",
        "Check the address of the source in the settings, then replay.",
    ),
    "redirect_loop": Reason("The source leads from one address to the next.", REPLAY),
    "too_large": Reason(
        "What the source sent is larger than may be taken.",
        "Raise the limit in the settings of the service, then replay.",
    ),
    "no_pdf": Reason("The source has no PDF of this version.", REPLAY),
    "not_pdf": Reason("What came instead of the PDF is something else.", REPLAY),
    "bad_sidecar": Reason("The JSON file beside a PDF cannot be used.", "Mend it, then replay."),
    "bad_id": Reason("The JSON file beside a PDF names no usable id.", "Mend it, then replay."),
    "index": Reason(
        "The index of the vector store is not as this service needs it.",
        "Read the error, mend the index, then replay.",
    ),
    "unreadable": Reason("A file could not be read.", "Mend its rights, then replay."),
    "empty": Reason("A file is empty.", DROP),
}

_UNKNOWN = Reason("It could not be handled; the error says why.", BUG)


def explained(reason: str) -> Reason:
    """The reason in plain words; an unknown one points at the error."""
    return REASONS.get(reason, _UNKNOWN)
