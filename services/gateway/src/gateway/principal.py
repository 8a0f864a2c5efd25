"""Who asks."""

from gateway.wiring import AnyRequest

OWNER = "owner"
"""Until there are accounts, everyone who is let in is this one person."""


def principal(_request: AnyRequest) -> str:
    """The name under which everything personal of who asks is kept."""
    return OWNER
