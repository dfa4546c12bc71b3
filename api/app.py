"""The Starlette application: routes, headers, limits, lifespan. Everything it needs is handed in.

`ops` reads the environment and puts this together; here are no settings, no rules and no types.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import documents, health, sockets
from api.errors import logged
from api.hub import Hub
from api.own_site import OwnSite
from api.refused import no_such_socket, refused, refused_by_http
from api.schema import house_schema
from api.time_limit import SECONDS
from api.trusted import TrustedDocuments
from api.view import View
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.sign_in import Doorkeeper

MIB = 1024 * 1024

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer: it is data for a program that asked with a token, never a page, and never anybody else's."""


def create_app(
    *,
    edge: Edge,
    doorkeeper: Doorkeeper,
    store: Store,
    hub: Hub | None = None,
    introspection: bool = True,
    trusted: TrustedDocuments | None = None,
    origins: Sequence[str] = (),
    seconds: float = SECONDS,
    max_body_size: int = MIB,
    max_upload_size: int = 4097 * MIB,
) -> Starlette:
    """The application over this edge, which it closes when it ends.

    `hub` wakes subscribers; None: nobody does, and they look by themselves now and then.
    `introspection` also means suggestions. `trusted` documents are known by their ids, and are the only ones that are
    answered unless they say otherwise. Pages of these `origins` may send requests, besides our own. `seconds` bound
    an operation.
    `max_body_size` bounds a GraphQL request, in bytes; `max_upload_size` an upload with its wrapping, whatever the
    county's rulebook allows within that.
    """
    hub = hub or Hub()
    schema = house_schema(introspection=introspection)
    if trusted is not None:
        schema.trust(trusted)
    view = View(schema, edge, doorkeeper, hub, seconds, trusted)
    own = [Middleware(OwnSite, origins=origins)]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        listening = asyncio.create_task(hub.listen(), name="hub")
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await edge.engines.dispose()

    return Starlette(
        routes=[
            Route(
                "/graphql", view.answer, methods=["GET", "POST"], middleware=own, max_body_size=max_body_size
            ),
            WebSocketRoute("/graphql", sockets.endpoint(view), middleware=own),
            Route(
                "/files",
                documents.upload(edge, store),
                methods=["POST"],
                middleware=own,
                max_body_size=max_upload_size,
            ),
            Route("/files/{id}", documents.download(edge, store), methods=["GET"], middleware=own),
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz(edge)),
            WebSocketRoute("/{anywhere:path}", no_such_socket),
        ],
        middleware=[Middleware(SafeHeaders), *_for_pages_of(origins)],
        exception_handlers={HTTPException: refused_by_http, Exception: _failed},
        max_body_size=max_body_size,
        lifespan=lifespan,
    )


def _for_pages_of(origins: Sequence[str]) -> list[Middleware]:
    """Tell browsers that pages of these origins may ask, and may read the answers. Without any, nothing is told."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Acting-As", "X-File-Name"],
            expose_headers=["Content-Disposition", "ETag"],
        )
    ]


class SafeHeaders:
    """Puts the headers on every answer, under whatever the answer itself says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add headers where an answer begins."""

        async def send_safely(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                said = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.lower().encode(), value.encode())
                        for name, value in HEADERS.items()
                        if name.lower().encode() not in said
                    ),
                ]
            await send(message)

        await self._app(scope, receive, send_safely)


async def _failed(request: Request, error: Exception) -> Response:
    """Outside of every other layer: the answer carries its headers itself."""
    internal = logged(error, where=request.url.path)
    return refused(request, internal, 500, HEADERS)
