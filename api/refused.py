"""What HTTP itself refuses, said as everything else is: a code, the reader's language, the media type they take.

No such address, no such method, too much of it. Refusals of what is asked are the business of `errors.py`.
"""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from api.languages import preferred
from api.responses import media_type, response
from tenancy.refusals import Refusal


class PathNotFound(Refusal):
    """Nothing answers at this address."""

    code = "PATH_NOT_FOUND"
    en = "There is nothing at this address. Send GraphQL to /graphql and files to /files."
    zh = "此地址无服务。GraphQL 请求请发送至 /graphql,文件请发送至 /files。"


class MethodNotAllowed(Refusal):
    """The address answers, but not to this method."""

    code = "METHOD_NOT_ALLOWED"
    en = "This address does not take the method {method}. Use {allowed}."
    zh = "此地址不接受 {method} 方法,请使用 {allowed}。"


class RequestTooLarge(Refusal):
    """The body has more bytes than are read."""

    code = "REQUEST_TOO_LARGE"
    en = "The request is too large. Ask for less at once; send files to /files."
    zh = "请求内容过大。请分次提交;文件请发送至 /files。"


class HttpRefused(Refusal):
    """Whatever else HTTP refuses."""

    code = "HTTP_REFUSED"
    en = "The request was refused as HTTP (status {status}). Correct it before you send it again."
    zh = "请求不符合 HTTP 要求(状态码 {status}),请更正后重新发送。"


async def refused_by_http(request: Request, error: Exception) -> Response:
    """What starlette refuses, in our words."""
    assert isinstance(error, HTTPException)
    return refused(request, _in_our_words(error, request), error.status_code, error.headers)


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
    language = preferred(asked.headers.get("accept-language"))
    body = {"errors": [{"message": refusal.sentence(language), "extensions": {"code": refusal.code}}]}
    return response(body, status, media_type(asked.headers.get("accept")), language, headers)
