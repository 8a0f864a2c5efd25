"""What the server would say about a subject, from the rights that are declared."""

from common.rights import rights_of


def covers(pattern: str, subject: str) -> bool:
    """The server's own matching of subjects."""
    wanted, given = pattern.split("."), subject.split(".")
    for place, token in enumerate(wanted):
        if token == ">":
            return len(given) > place
        if place >= len(given) or token not in ("*", given[place]):
            return False
    return len(wanted) == len(given)


def may_publish(user: str, subject: str) -> bool:
    """Whether the rights of a user let it publish there."""
    found = rights_of(user)
    return any(covers(one, subject) for one in found.publish) and not any(
        covers(one, subject) for one in found.deny
    )
