"""An address where nobody listens, and where nobody else can begin to while it is held."""

import socket


def unheard() -> socket.socket:
    """Bound and never listening: to connect there is refused as long as it is open."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held


def port_of(held: socket.socket) -> int:
    return int(held.getsockname()[1])
