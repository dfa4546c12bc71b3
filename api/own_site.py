"""Requests that a page of another origin makes a browser send: they are answered to allowed origins only.

Nothing here tells browsers which origins may read: that is starlette's CORSMiddleware, put around by `app.py`.
"""

from collections.abc import Iterable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.refused import refused
from tenancy.refusals import Refusal


class CrossSite(Refusal):
    """A browser says that a page of another origin, which is not among those that may, makes it send this."""

    code = "CROSS_SITE"
    en = (
        "Pages of other origins may not send requests here. Open the platform's own front end, or have the page's "
        "origin allowed (GONGGUAN_ORIGINS)."
    )
    zh = "不接受其他来源网页发出的请求。请使用本平台的前端，或请管理员将该来源列入 GONGGUAN_ORIGINS。"


class OwnSite:
    """Lets pass what no foreign page can have sent: only pages of our own origin and of the allowed ones may.

    There are no cookies, so such a page could act as nobody; it shall not even make us work. Browsers say whose page
    it is in `Sec-Fetch-Site`; those that do not, and all of them over plain HTTP, at least name the `Origin` of what
    could change something. Programs send neither.
    """

    def __init__(self, app: ASGIApp, origins: Iterable[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        if scope["type"] in ("http", "websocket") and self._is_foreign(HTTPConnection(scope)):
            refusal = refused(HTTPConnection(scope), CrossSite(), 403)
            if scope["type"] == "websocket":
                await WebSocket(scope, receive, send).send_denial_response(refusal)
            else:
                await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, asked: HTTPConnection) -> bool:
        origin = asked.headers.get("origin")
        if origin in self._origins:
            return False
        site = asked.headers.get("sec-fetch-site")
        if site is not None:
            return site.lower() not in ("same-origin", "none")
        return (
            origin is not None and origin.partition("://")[2].lower() != asked.headers.get("host", "").lower()
        )
