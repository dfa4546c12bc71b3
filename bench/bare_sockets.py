"""The floor of subscribers: the same server, with an application that knows nothing and asks nobody.

python -m bench.bare_sockets PORT     a socket is let in and told one message; each line on stdin goes to that many
"""

import asyncio
import json
import sys
from typing import Any

import uvicorn
import uvloop

from api import readers

TOLD = json.dumps(
    {"id": "1", "type": "next", "payload": {"data": {"changes": {"cursor": "x" * 300}}}}
).replace(" ", "")


class Bare:
    """Sends, and that is all."""

    def __init__(self) -> None:
        self._open: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One connection."""
        if scope["type"] != "websocket":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        await receive()
        await send({"type": "websocket.send", "text": '{"type":"connection_ack"}'})
        await receive()
        await send({"type": "websocket.send", "text": TOLD})
        self._open.append(send)
        while (await receive())["type"] != "websocket.disconnect":
            continue

    async def tell(self) -> None:
        """Whenever a line says how many."""
        while line := await asyncio.to_thread(sys.stdin.readline):
            for send in self._open[: int(line)]:
                await send({"type": "websocket.send", "text": TOLD})


async def serve(port: int) -> None:
    """Until stopped."""
    bare = Bare()
    server = uvicorn.Server(
        uvicorn.Config(
            bare,
            port=port,
            ws=readers.Sockets,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="warning",
        )
    )
    telling = asyncio.create_task(bare.tell())
    await server.serve()
    telling.cancel()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
