"""Which IP addresses are public (rule X1). Python's ``is_global`` alone is not enough."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address

_REFUSED_V4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; 192.0.0.8 counts as global in 3.11
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
)
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = (IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))


def refusal(text: str) -> str | None:
    """Why nothing may be sent to this address, or None when it is public."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return "is not an IP address"
    if isinstance(address, IPv4Address):
        return _refusal_v4(address)
    return _refusal_v6(address)


def plain(text: str) -> Address:
    """The address without its zone, an IPv4 one out of its mapped form; raises ValueError."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _refusal_v4(address: IPv4Address) -> str | None:
    if not address.is_global or any(address in network for network in _REFUSED_V4):
        return "is not a public address"
    if address.is_multicast or address.is_reserved:
        return "is a multicast or reserved address"
    return None


def _refusal_v6(address: IPv6Address) -> str | None:
    inner = _embedded(address)
    if inner is not None:
        refused = _refusal_v4(inner)
        if refused:
            return f"holds {inner}, which {refused}"
        if address in _NAT64 or address.ipv4_mapped is not None:
            return None
    if address not in _GLOBAL_V6 or not address.is_global or address.is_multicast:
        return "is not a public address"
    if any(address in network for network in _REFUSED_V6):
        return "is a tunnel, test or reserved address"
    return None


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, compatible, NAT64, 6to4, Teredo or ISATAP one."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = int(address) & 0xFFFF_FFFF
    isatap = (int(address) >> 32) & 0xFDFF_FFFF == 0x5EFE
    if isatap or address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(low)
    return None
