"""What an operator allows beyond public addresses: ``host:port`` pairs and networks."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from common.errors import UsageError
from common.outbound.addresses import plain

WEB_PORTS = frozenset((80, 443))


class Allow(NamedTuple):
    """Parsed ``OUTBOUND_ALLOW``."""

    places: frozenset[tuple[str, int]] = frozenset()
    """A named host on a named port may lie anywhere."""
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Addresses that may be reached on ports 80 and 443 though they are not public."""

    def place(self, host: str, port: int) -> bool:
        """Whether this host on this port was named."""
        return (host.lower(), port) in self.places

    def address(self, text: str) -> bool:
        """Whether this address lies in an allowed network."""
        found = plain(text)
        return any(found in network for network in self.networks)


def parse_allow(text: str) -> Allow:
    """The comma list of an operator; raises UsageError that names the part."""
    places: set[tuple[str, int]] = set()
    networks: list[IPv4Network | IPv6Network] = []
    for part in (part.strip() for part in text.split(",")):
        if not part:
            continue
        if "/" in part:
            networks.append(_network(part))
        else:
            places.add(_place(part))
    return Allow(frozenset(places), tuple(networks))


def _network(part: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(part)
    except ValueError as error:
        raise UsageError("OUTBOUND_ALLOW", f"{part!r} is not a network: {error}") from error


def _place(part: str) -> tuple[str, int]:
    host, colon, port = part.rpartition(":")
    host = host.removeprefix("[").removesuffix("]").lower()
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(
            "OUTBOUND_ALLOW", f"{part!r} must be host:port or a network such as 10.0.0.0/8"
        )
    return host, int(port)
