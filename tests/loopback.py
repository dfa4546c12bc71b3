"""How tests ask over HTTP: on this machine, so past the environment's proxies, and without TLS.

Whoever might speak TLS reads every authority that there is, which takes longer than most tests do.
"""

from typing import Any

LOOPBACK: dict[str, Any] = {"trust_env": False, "verify": False}
"""For a client of httpx: `httpx.AsyncClient(base_url=url, **LOOPBACK)`."""
