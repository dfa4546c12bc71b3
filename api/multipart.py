"""The first file part of a multipart form, as a stream: its headers first, then its bytes while they arrive.

Starlette's own parser keeps every part in a temporary file before anybody sees it; here the bytes go straight on to
whoever hashes and counts them. Other parts of the form are passed over. How long a part's headers may be, the parser
itself bounds.
"""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tenancy.refusals import Refusal


class BadForm(Refusal):
    """The upload is no file with a name, and no form with one in it."""

    code = "BAD_UPLOAD"
    en = (
        "The upload cannot be read: {problem_en} Send it again: a form with a file in it, or the bytes with "
        "their name in X-File-Name."
    )
    zh = "无法读取上传内容：{problem_zh}请重新上传：表单中须含文件，或直接发送文件内容并以 X-File-Name 注明文件名。"


@dataclass(frozen=True, slots=True)
class Part:
    """A file part: its name, its type, and its bytes as they come."""

    name: str
    media_type: str
    chunks: AsyncIterator[bytes]


async def first_file(content_type: str, stream: AsyncIterator[bytes]) -> Part:
    """The first part that has a file name. Raises `BadForm`, also later, while its bytes are read."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise _bad("the form names no boundary.", "表单缺少分隔标记（boundary）。")
    reading = _Reading()
    try:
        parser = MultipartParser(boundary, reading.callbacks())  # type: ignore[arg-type]  # a TypedDict of callables
    except FormParserError as error:
        raise _bad("the form is malformed.", "表单格式错误。") from error
    while reading.found is None:
        if not await _feed(parser, stream):
            raise _bad("the form has no file in it.", "表单中没有文件。")
    name, media_type = reading.found
    return Part(name, media_type, _rest(parser, stream, reading))


async def _rest(
    parser: MultipartParser, stream: AsyncIterator[bytes], reading: "_Reading"
) -> AsyncIterator[bytes]:
    while True:
        while reading.data:
            yield reading.data.popleft()
        if reading.ended:
            break
        if not await _feed(parser, stream):
            raise _bad("the form breaks off in the middle of the file.", "表单在文件中途中断。")
    # What follows in the form is nobody's business, but it has to be read for the answer to be heard.
    async for _ in stream:
        pass


async def _feed(parser: MultipartParser, stream: AsyncIterator[bytes]) -> bool:
    try:
        chunk = await anext(stream)
    except StopAsyncIteration:
        return False
    try:
        parser.write(chunk)
    except FormParserError as error:
        raise _bad("the form is malformed.", "表单格式错误。") from error
    return True


def _bad(en: str, zh: str) -> BadForm:
    return BadForm(field="file", problem_en=en, problem_zh=zh)


@dataclass(slots=True)
class _Reading:
    """What the parser has told so far."""

    found: tuple[str, str] | None = None
    data: deque[bytes] = field(default_factory=deque)
    ended: bool = False
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _name: bytes = b""
    _value: bytes = b""

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._take_name,
            "on_header_value": self._take_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._finish_headers,
            "on_part_data": self._take_data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._headers = {}

    def _take_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _finish_headers(self) -> None:
        if self.found is not None:
            return
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"filename")
        if name is not None:
            media_type = self._headers.get(b"content-type", b"application/octet-stream")
            self.found = (name.decode("utf-8", "replace"), media_type.decode("latin-1"))

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self.found is not None and not self.ended:
            self.data.append(data[start:end])

    def _end(self) -> None:
        self.ended = self.ended or self.found is not None
