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
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import documents, health, metrics, sockets
from api.allowances import Allowances
from api.hub import Hub
from api.limits import Limits
from api.metrics import Metrics
from api.own_site import OwnSite
from api.pages.serving import Pages
from api.refused import FailuresInOurWords, PlainWordsInOurs, no_such_socket, refused_by_http
from api.rounds import make_rounds
from api.schema import house_schema
from api.telemetry import REQUEST_ID, Passages
from api.time_limit import SECONDS
from api.trusted import TrustedDocuments
from api.view import View
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.sign_in import Doorkeeper
from tenancy.telemetry import Tracer

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
    limits: Limits | None = None,
    allowances: Allowances | None = None,
    introspection: bool = True,
    pages: Pages | None = None,
    trusted: TrustedDocuments | None = None,
    origins: Sequence[str] = (),
    seconds: float = SECONDS,
    max_body_size: int = MIB,
    max_upload_size: int = 4097 * MIB,
    metrics_token: str | None = None,
    tracer: Tracer | None = None,
    breadth_first: bool = True,
) -> Starlette:
    """The application over this edge, which it closes when it ends.

    `hub` wakes subscribers; None: nobody does, and they look by themselves now and then.
    `allowances` bound what each body asks for; None: nobody counts. `limits` bound each request.
    `pages` are GraphiQL and the explorer; None: there are none.
    `introspection` also means suggestions. `trusted` documents are known by their ids, and are the only ones that are
    answered unless they say otherwise. Pages of these `origins` may send requests, besides our own. `seconds` bound
    an operation.
    `max_body_size` bounds a GraphQL request, in bytes; `max_upload_size` an upload with its wrapping, whatever the
    county's rulebook allows within that. `metrics_token` opens `/metrics`; None: nobody may. `tracer` hears of every
    operation; None: nobody does. `breadth_first` is how operations are executed, otherwise as graphql-core does.
    """
    hub = hub or Hub()
    schema = house_schema(introspection=introspection, limits=limits, breadth_first=breadth_first)
    if trusted is not None:
        schema.trust(trusted)
    view = View(schema, edge, doorkeeper, hub, seconds, trusted, allowances)
    own = [Middleware(OwnSite, origins=origins)]
    figures = Metrics(edge, hub)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        going_on = (
            asyncio.create_task(hub.listen(), name="hub"),
            asyncio.create_task(make_rounds(hub, edge.marks), name="rounds"),
        )
        try:
            yield
        finally:
            for each in going_on:
                each.cancel()
            await asyncio.gather(*going_on, return_exceptions=True)
            if allowances is not None:
                await allowances.close()
            await edge.engines.dispose()

    routes: list[BaseRoute] = [
        Route("/graphql", view.answer, methods=["GET", "POST"], middleware=own, max_body_size=max_body_size),
        WebSocketRoute("/graphql", sockets.endpoint(view), middleware=own),
        Route(
            "/files",
            documents.upload(view, store),
            methods=["POST"],
            middleware=own,
            max_body_size=max_upload_size,
        ),
        Route("/files/{id}", documents.download(view, store), methods=["GET"], middleware=own),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz(edge)),
        Route("/metrics", metrics.page(figures, metrics_token)),
        *(pages.routes(schema) if pages else ()),
        WebSocketRoute("/{anywhere:path}", no_such_socket),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(Passages, routes=routes, metrics=figures, tracer=tracer),
            Middleware(SafeHeaders),
            *_for_pages_of(origins),
            Middleware(FailuresInOurWords),
            Middleware(PlainWordsInOurs),
        ],
        exception_handlers={HTTPException: refused_by_http},
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
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-Range",
                "Range",
                "X-Acting-As",
                "X-File-Name",
                REQUEST_ID,
                "traceparent",
            ],
            expose_headers=[
                "Accept-Ranges",
                "Content-Disposition",
                "Content-Range",
                "ETag",
                "Retry-After",
                "Server-Timing",
                REQUEST_ID,
            ],
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
