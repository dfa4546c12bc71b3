"""The pages' addresses: GraphiQL, the explorer, what they read, and their files; each page with a policy of its own.

A page is small and asked for anew; everything it loads lies below an address with the digest of all files in it, so
browsers keep that for a year and never mix two releases. Policies let a browser run and ask nothing but this server.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.operations import HouseSchema
from api.pages.examples import examples
from api.pages.operations import SAMPLES
from api.pages.reference import refusal_reference, schema_reference
from tenancy.refusals import Refusal

HTML = ".html"
CONTENT_TYPES: Mapping[str, str] = {
    HTML: "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of every page: no script and no style but from files, nothing asked of anybody else, shown in nobody's frame."""

UNDIGESTED = b'"/pages/'
"""How a page names its files; where it is served, the digest follows."""


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody made up, whom everybody may sign in as in a demo."""

    login: str
    name: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demo offers: whom to sign in as, all with one password, and a body to write to (its global id)."""

    password: str
    people: tuple[SamplePerson, ...]
    addressee: str


@dataclass(frozen=True)
class Pages:
    """What the composition root tells the pages: the refusals to show, and of a demo what it offers."""

    refusals: Callable[[], Iterable[type[Refusal]]]
    demo: Callable[[], Demo | None] = field(default=lambda: None)

    def routes(self, schema: HouseSchema) -> list[Route]:
        """Their addresses."""
        shelf = Shelf()
        desk = Desk(self, schema)
        return [
            Route("/graphiql", shelf.page("graphiql.html"), methods=["GET"]),
            Route("/graphiql/opening", desk.opening, methods=["GET"]),
            Route("/explorer", shelf.page("explorer.html"), methods=["GET"]),
            Route("/explorer/reference", desk.reference, methods=["GET"]),
            Route("/pages/{digest}/{name:path}", shelf.file, methods=["GET"]),
        ]


class Shelf:
    """The files, read once."""

    def __init__(self) -> None:
        self._files = dict(_files(resources.files("api.pages").joinpath("files")))
        digest = hashlib.sha256()
        for name, content in sorted(self._files.items()):
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        self.digest = digest.hexdigest()[:16]

    def page(self, name: str) -> Callable[[Request], Response]:
        """A page, which says where its files lie now."""
        content = self._files[name].replace(UNDIGESTED, UNDIGESTED + f"{self.digest}/".encode())
        headers = {"Content-Security-Policy": POLICY, "Content-Type": CONTENT_TYPES[HTML]}

        def answer(request: Request) -> Response:
            return _kept_while_it_stands(request, content, headers)

        return answer

    def file(self, request: Request) -> Response:
        """A file of this release, which never changes."""
        name = request.path_params["name"]
        if request.path_params["digest"] != self.digest or name not in self._files or name.endswith(HTML):
            raise HTTPException(404)
        return Response(
            self._files[name],
            headers={
                "Content-Type": CONTENT_TYPES[f".{name.rpartition('.')[2]}"],
                "Cache-Control": "public, max-age=31536000, immutable",
            },
        )


class Desk:
    """What the pages read."""

    def __init__(self, pages: Pages, schema: HouseSchema) -> None:
        self._pages = pages
        self._house = schema

    async def reference(self, request: Request) -> Response:
        """What the explorer shows. Where the schema may not be asked for, it is not told here either."""
        # The first time it is read off all classes, which takes long enough to keep others waiting.
        content = await asyncio.to_thread(lambda: self._reference)
        return _kept_while_it_stands(request, content, {"Content-Type": "application/json"})

    @cached_property
    def _reference(self) -> bytes:
        schema = schema_reference(self._house._schema) if self._house.introspection else None
        return orjson.dumps({"schema": schema, "refusals": refusal_reference(self._pages.refusals())})

    def opening(self, _request: Request) -> Response:
        """What GraphiQL opens with; nobody to sign in as, unless this is a demo."""
        demo = self._pages.demo()
        return Response(
            orjson.dumps(
                {
                    "examples": examples(demo.addressee if demo else SAMPLES["ID"]),
                    "introspection": self._house.introspection,
                    "signIn": {"password": demo.password, "people": demo.people} if demo else None,
                }
            ),
            media_type="application/json",
        )


def _kept_while_it_stands(request: Request, content: bytes, headers: Mapping[str, str]) -> Response:
    """A browser keeps it and asks each time whether it still stands."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    known = {"ETag": tag, "Cache-Control": "no-cache", **headers}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=known)
    return Response(content, headers=known)


def _files(folder: Traversable, below: str = "") -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _files(each, f"{below}{each.name}/")
        else:
            yield f"{below}{each.name}", each.read_bytes()
