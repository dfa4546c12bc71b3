"""What HTTP itself refuses, said as everything else is: a code, the reader's language, the media type they take.

No such address, no such method, too much of it. Refusals of what is asked are the business of `errors.py`.
"""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.errors import FAULTS, extensions, logged
from api.languages import preferred
from api.responses import media_type, response
from tenancy.refusals import Refusal
from tenancy.telemetry import note_code


class PathNotFound(Refusal):
    """Nothing answers at this address."""

    code = "PATH_NOT_FOUND"
    en = "There is nothing at this address. Send GraphQL to /graphql and files to /files."
    zh = "此地址无服务。GraphQL 请求请发送至 /graphql，文件请发送至 /files。"


class MethodNotAllowed(Refusal):
    """The address answers, but not to this method."""

    code = "METHOD_NOT_ALLOWED"
    en = "This address does not take the method {method}. Use {allowed}."
    zh = "此地址不接受 {method} 方法，请使用 {allowed}。"


class RequestTooLarge(Refusal):
    """The body has more bytes than are read."""

    code = "REQUEST_TOO_LARGE"
    en = "The request is too large. Ask for less at once; send files to /files."
    zh = "请求内容过大。请分次提交；文件请发送至 /files。"


class HttpRefused(Refusal):
    """Whatever else HTTP refuses."""

    code = "HTTP_REFUSED"
    en = "The request was refused as HTTP (status {status}). Correct it before you send it again."
    zh = "请求不符合 HTTP 要求（状态码 {status}），请更正后重新发送。"


async def refused_by_http(request: Request, error: Exception) -> Response:
    """What starlette refuses, in our words."""
    assert isinstance(error, HTTPException)
    return refused(request, _in_our_words(error, request), error.status_code, error.headers)


class PlainWordsInOurs:
    """starlette tells by itself, in plain text, that a body is too large, or that a file has no such part."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, but for such answers."""
        replaced = False

        async def send_in_our_words(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] >= 400:
                status, said = message["status"], Headers(raw=message["headers"])
                replaced = said.get("content-type", "").startswith("text/plain")
                if replaced:
                    refusal: Refusal = RequestTooLarge() if status == 413 else HttpRefused(status=status)
                    size = {"Content-Range": said["Content-Range"]} if "Content-Range" in said else None
                    await refused(HTTPConnection(scope), refusal, status, size)(scope, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, send_in_our_words)


class FailuresInOurWords:
    """Answers what nobody expected with the number that the log has it under.

    starlette does so outside of every layer, where a page of another origin is not told that it may read the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on. What fails once the answer has begun, breaks it off."""
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            said = logged(error, where=scope["method"])
            await refused(HTTPConnection(scope), said, FAULTS[said.code])(scope, receive, send)


async def no_such_socket(socket: WebSocket) -> None:
    """A socket to an address where nobody listens for one."""
    await socket.send_denial_response(refused(socket, PathNotFound(), 404))


def _in_our_words(error: HTTPException, request: Request) -> Refusal:
    match error.status_code:
        case 404:
            return PathNotFound()
        case 405:
            allowed = (error.headers or {}).get("Allow", "")
            return MethodNotAllowed(method=request.method, allowed=allowed)
        case 413:
            return RequestTooLarge()
    return HttpRefused(status=error.status_code)


def refused(
    asked: HTTPConnection, refusal: Refusal, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal of the request as a whole."""
    note_code(refusal.code)
    language = preferred(asked.headers.get("accept-language"))
    told = extensions(refusal)
    body = {"errors": [{"message": refusal.sentence(language), "extensions": told}]}
    wait = {"Retry-After": str(told["retryAfter"])} if "retryAfter" in told else {}
    return response(
        body, status, media_type(asked.headers.get("accept")), language, {**wait, **(headers or {})}
    )
