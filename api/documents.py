"""Files over HTTP: POST /files takes one, GET /files/{id} gives one back. GraphQL carries their ids only.

An upload is either the bytes themselves, with their name in `X-File-Name` (percent-encoded UTF-8) and their type in
Content-Type, or a multipart form whose first file part is taken. Either way it is hashed while it streams to the store,
never held in memory, and broken off at the first byte too many. Then a command attaches it by its id; what nobody
attaches is swept.

A download is of a material of a referral, of an export, or of one's own upload. Who may read is asked first; what is read through
oversight is on record before the first byte goes out.

Either is paid for as a question is, before the database is asked and before the first byte is taken (`asked.py`).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.allowances import RateLimited
from api.asked import Asked, Reading
from api.identifiers import BadId, global_id, taken_apart
from api.multipart import BadForm, first_file
from api.refused import refused
from api.telemetry import GONE
from api.time_limit import TimedOut
from api.view import View
from domain.documents import commands, queries, rules
from domain.documents.store import Store
from domain.exports import queries as exports
from domain.exports import rules as ends
from domain.referrals import queries as referrals
from domain.work import Work
from policies.authority import not_permitted
from tenancy.refusals import NotFound, NotPermitted, Refusal
from tenancy.transactions import CapacityNeeded, CapacityRefused, Unauthenticated

Endpoint = Callable[[Request], Awaitable[Response]]

STATUS: dict[type[Refusal], int] = {
    Unauthenticated: 401,
    CapacityNeeded: 403,
    CapacityRefused: 403,
    NotPermitted: 403,
    NotFound: 404,
    BadId: 404,
    BadForm: 400,
    rules.FileTooLarge: 413,
    rules.FileTypeRefused: 415,
    ends.ExportNotReady: 409,
    ends.ExportExpired: 410,
    RateLimited: 429,
    TimedOut: 503,
}
"""How a refusal is told in HTTP; the others are 422."""

# The longest beginning that is looked at to tell a file's type.
BEGINNING = 16


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the rulebook of the uploader's county takes today."""

    media_types: Collection[str]
    most_mib: int


@dataclass(frozen=True, slots=True)
class Found:
    """Bytes that may be given out: where they lie, and what they are."""

    stored_id: UUID
    name: str
    media_type: str
    sha256: str


def upload(view: View, store: Store) -> Endpoint:
    """POST /files: 201 with `id`, `sha256`, `size`, or a refusal. The database has its time; the bytes, all day."""

    async def answer(request: Request) -> Response:
        asked = _asked(view, request)
        try:
            # Asked before the first byte is taken; the command asks again, in its own transaction.
            async with _let_in(asked) as reading:
                allowed = await reading.read(_allowed)
            name, media_type, chunks = await _incoming(request)
            media_type = rules.accepted_type(media_type, allowed=allowed.media_types)
            stored = await store.take(_checked(chunks, media_type, allowed))
            try:
                asked.begin()
                async with asked.writing() as work:
                    file = await commands.keep(work, name=name, media_type=media_type, stored=stored)
            except Refusal:
                store.remove(stored.id)
                raise
        except ClientDisconnect:
            return Response(status_code=GONE)
        except Refusal as refusal:
            return _refused(refusal, request)
        return JSONResponse(
            {"id": global_id("File", file.id), "sha256": file.sha256, "size": file.size}, status_code=201
        )

    return answer


def download(view: View, store: Store) -> Endpoint:
    """GET /files/{id}: the bytes, as an attachment under their own name."""

    async def answer(request: Request) -> Response:
        try:
            kind, identifier = _which(request.path_params["id"])
            async with _let_in(_asked(view, request)) as reading:
                found = await reading.read(lambda work: FOUND_BY[kind](work, identifier))
        except Refusal as refusal:
            return _refused(refusal, request)
        return FileResponse(
            store.path(found.stored_id),
            media_type=found.media_type,
            filename=found.name,
            content_disposition_type="attachment",
            headers={"ETag": f'"{found.sha256}"', "Cache-Control": "private, no-store"},
        )

    return answer


async def _file(work: Work, identifier: UUID) -> Found:
    file = await queries.the(work, identifier)
    return Found(file.id, file.name, file.media_type, file.sha256)


async def _material(work: Work, identifier: UUID) -> Found:
    material = await referrals.open_material(work, identifier)
    return Found(material.file_id, material.name, material.media_type, material.sha256)


async def _export(work: Work, identifier: UUID) -> Found:
    export = await exports.downloadable(work, identifier)
    return Found(export.id, export.file_name or "export.xlsx", ends.MEDIA_TYPE, export.sha256 or "")


FOUND_BY: Mapping[str, Callable[[Work, UUID], Awaitable[Found]]] = {
    "ReferralMaterial": _material,
    "File": _file,
    "Export": _export,
}
"""Whatever has bytes to give out, by the kind of its global id."""


def _asked(view: View, request: Request) -> Asked:
    headers = request.headers
    return view.asked(
        headers.get("authorization"), headers.get("x-acting-as"), headers.get("accept-language")
    )


@asynccontextmanager
async def _let_in(asked: Asked) -> AsyncIterator[Reading]:
    """The snapshot of whoever is let in, who pays for it first. It is left in order, and with everything on record."""
    allowances = asked.allowances
    turn = None if allowances is None else allowances.turn(asked.payer)
    try:
        await asked.enter(turn)
        yield asked.reading
    finally:
        await asked.leave()


def _which(given: str) -> tuple[str, UUID]:
    try:
        kind, identifier = taken_apart(given)
    except ValueError:
        raise BadId(field="id", wanted=", ".join(FOUND_BY)) from None
    if kind not in FOUND_BY:
        raise BadId(field="id", wanted=", ".join(FOUND_BY))
    return kind, identifier


async def _allowed(work: Work) -> Allowed:
    if not work.authority.may_at_all("store", "file.content"):
        raise not_permitted("store", "file.content")
    rulebook = work.rulebook_on(work.today)
    return Allowed(rulebook.texts("files.media_types"), rulebook.number("files.max_size"))


async def _incoming(request: Request) -> tuple[str, str, AsyncIterator[bytes]]:
    """Name, type and bytes of what is being uploaded. Raises `BadForm`."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() == "multipart/form-data":
        part = await first_file(content_type, request.stream())
        return _plain_name(part.name), part.media_type, part.chunks
    name = unquote(request.headers.get("x-file-name", ""), errors="replace")
    return _plain_name(name), content_type, request.stream()


def _plain_name(name: str) -> str:
    """The name without folders and without what no name contains; browsers of old sent whole paths."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    if not kept:
        raise BadForm(field="file", problem_en="the file has no name.", problem_zh="文件没有名称。")
    return kept


async def _checked(chunks: AsyncIterator[bytes], media_type: str, allowed: Allowed) -> AsyncIterator[bytes]:
    """The same bytes, broken off when they are too many or do not begin as their type does."""
    size, beginning, begun = 0, b"", False
    async for chunk in chunks:
        size += len(chunk)
        rules.within(size, most_mib=allowed.most_mib)
        if not begun:
            beginning += chunk
            if len(beginning) < BEGINNING:
                continue
            rules.begins_rightly(beginning, media_type)
            begun, chunk = True, beginning  # noqa: PLW2901  what was held back goes first
        if chunk:
            yield chunk
    if not begun:
        rules.begins_rightly(beginning, media_type)
        yield beginning


def _refused(refusal: Refusal, request: Request) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 422)
    return refused(request, refusal, status, {"WWW-Authenticate": "Bearer"} if status == 401 else None)
