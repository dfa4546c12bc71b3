"""Loopback ports: is one taken, and which is free. Not a reservation: between asking and binding, another may come."""

import socket

LOOPBACK = "127.0.0.1"


def is_taken(port: int, *, host: str = LOOPBACK) -> bool:
    """True when a server could not listen on `host`:`port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Servers listen with this option, so connections lingering from the last run do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def still_free(port: int | None) -> int | None:
    """`port` if there is one and nobody listens on it."""
    return None if port is None or is_taken(port) else port


def a_free_one() -> int:
    """A port of the loopback that nothing listens on at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
