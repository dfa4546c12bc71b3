"""Loopback ports: is one taken, and which is free. Not a reservation: between asking and binding, another may come."""

import socket

from ops.troubles import Trouble

LOOPBACK = "127.0.0.1"


class PortTaken(Trouble):
    """Somebody else listens where a server of ours was told to."""

    def __init__(self, *, port: int, variable: str) -> None:
        super().__init__(
            en=f"Port {port} is taken by another program. Stop it, or choose another port: {variable}=…",
            zh=f"端口 {port} 已被其他程序占用。请停止该程序，或改用其他端口：{variable}=……",
        )


def refuse_taken(port: int | None, *, variable: str, host: str = LOOPBACK) -> None:
    """Raise PortTaken when the port that `variable` chose is taken. None: none was chosen, so none can be."""
    if port is not None and is_taken(port, host=host):
        raise PortTaken(port=port, variable=variable)


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
