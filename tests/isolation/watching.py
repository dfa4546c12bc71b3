"""Sending documents, and looking through everything that comes back: bodies, headers, contents, logs.

For every canary found, the owner's eye says in which rows it lies; one of them must be the asker's to read. What the
asker sent along may be repeated to them. So may global ids: of every id in an answer there must be a row to read.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from graphql import GraphQLSchema, build_client_schema, get_introspection_query

from api.schema import house_schema
from tests.isolation.asking import Document, Supply
from tests.isolation.canaries import (
    CANARY,
    Lying,
    Reader,
    behind_the_walls,
    canaries_in,
    in_their_right,
    numbers_in,
    opened_to,
)
from tests.isolation.ground import Acting, Backstage, Ground
from tests.isolation.locks import PATIENCE, Composition
from tests.loopback import LOOPBACK

GLOBAL_ID = re.compile(r"[A-Za-z0-9_-]{40,120}")
REFUSED_BY_THE_DATABASE = ("row-level security policy", "0 were matched")
"""What is logged where row security alone stopped a write: of its own verb, or by showing no row to it."""

ALSO_NAMED = {"files": "File"}
"""What has ids in inputs or headers and is no node."""

ACROSS_POSTS = {"inbox", "inboxCounts"}
"""What a person is told as the holder of all their posts."""

BY_ANOTHER_NAME = {"Capacity": "capacities"}
"""One's own post has an id of its own to act by; to colleagues it is a `Post`."""


def tables_of_nodes() -> dict[str, str]:
    """The kind of node that each table's rows are, from the schema's own types."""
    named = dict(ALSO_NAMED)
    for name, kind in house_schema().schema_converter.type_map.items():
        row_type = getattr(getattr(kind.definition, "origin", None), "row_type", None)
        if row_type is not None:
            named[row_type.__tablename__] = name
    return named


@dataclass
class Answer:
    """What came back: everything of it, and the part that is JSON."""

    status: int
    headers: Mapping[str, str]
    text: str
    log: str

    @property
    def body(self) -> dict[str, Any]:
        """The body as JSON."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed

    @property
    def codes(self) -> set[str]:
        """The codes of all errors, of the operation and of its payloads."""
        return set(re.findall(r'"code":"([A-Z_]+)"', self.text))


@dataclass
class Watch:
    """A front end for everybody, which trusts nothing that it is told."""

    composition: Composition
    backstage: Backstage
    http: httpx.Client
    schema: GraphQLSchema
    kinds: Mapping[str, str] = field(default_factory=tables_of_nodes)
    answered: set[str] = field(default_factory=set)
    """Fields that were answered to somebody, as `Type.field`."""

    @staticmethod
    def over(composition: Composition, backstage: Backstage) -> "Watch":
        """A watch over a running platform."""
        http = httpx.Client(base_url=composition.url, **LOOPBACK, timeout=PATIENCE)
        told = http.post("/graphql", json={"query": get_introspection_query()}).json()
        return Watch(composition, backstage, http, build_client_schema(told["data"]))

    def everything(self, ground: Ground) -> list[Lying]:
        """All rows of the two counties that have global ids."""
        counties = (ground.here.county_id, ground.elsewhere.county_id)
        return self.backstage.rows_of(sorted(self.kinds), *counties)

    def what_is_of_others(self, who: Acting, ground: Ground) -> list[tuple[Any, ...]]:
        """A fingerprint of all rows of the two counties that have global ids and do not name the acting body."""
        counties = (ground.here.county_id, ground.elsewhere.county_id)
        return self.backstage.fingerprint(sorted(self.kinds), *counties, without=who.reader.tenant_id)

    def supply(
        self, ground: Ground, *, readable_by: Acting | None = None, not_readable_by: Acting | None = None
    ) -> Supply:
        """All ids that there are now, whoever's they are; or those that somebody may read; or may not."""
        lying = self.everything(ground)
        if readable_by is not None:
            lying = [each for each in lying if self.may_read(readable_by, each)]
        if not_readable_by is not None:
            lying = [each for each in lying if not self.may_read(not_readable_by, each)]
        return Supply.of(lying, self.kinds)

    def ask(self, who: Acting, document: Document) -> Answer:
        """Send a document as somebody, and look through what comes back."""
        self.composition.log.torn_out()
        response = self.http.post(
            "/graphql",
            json={"query": document.text, "variables": document.variables},
            headers={**who.headers, "Accept-Language": "en"},
        )
        answer = self._heard(response)
        if document.text.startswith("mutation"):
            self.backstage.forget()
        self._check(who, document.as_sent, answer, document)
        if "data" in answer.text:
            self.answered |= set(answered_fields(self.schema, answer.body.get("data"), document))
        return answer

    def listen(self, who: Acting, document: Document) -> Answer:
        """Follow a subscription up to its first message, and look through that."""
        self.composition.log.torn_out()
        heard = ""
        headers = {**who.headers, "Accept-Language": "en", "Accept": "text/event-stream"}
        asked = {"query": document.text, "variables": document.variables}
        with self.http.stream("POST", "/graphql", json=asked, headers=headers) as response:
            for line in response.iter_lines():
                assert line != ": ping", f"nothing is told: {document}"
                if line.startswith("data: "):
                    heard = line.removeprefix("data: ")
                    break
        answer = Answer(response.status_code, dict(response.headers), heard, self.composition.log.torn_out())
        self._check(who, document.as_sent, answer, document)
        if "data" in answer.body:
            self.answered |= set(answered_fields(self.schema, answer.body["data"], document))
        return answer

    def download(self, who: Acting, named: str) -> Answer:
        """Fetch the contents behind an id, and see whether they are open to them."""
        self.composition.log.torn_out()
        answer = self._heard(self.http.get(f"/files/{named}", headers=who.headers))
        if answer.status == 200:
            self._check_contents(who, named)
            answer.text = ""  # the contents were judged as contents
        self._check(who, named, answer, f"GET /files/{named}")
        return answer

    def upload(self, who: Acting, name: str, contents: bytes) -> Answer:
        """Upload a file."""
        self.composition.log.torn_out()
        answer = self._heard(
            self.http.post(
                "/files",
                content=contents,
                headers={**who.headers, "Content-Type": "application/pdf", "X-File-Name": name},
            )
        )
        self.backstage.forget()
        self._check(who, name, answer, "POST /files", ids=False)
        return answer

    def may_read(self, who: Acting, lying: Lying) -> bool:
        """Whether a row may come back to somebody under these locks."""
        return self._may_read_as(who.reader, lying)

    def _may_read_as(self, reader: Reader, lying: Lying) -> bool:
        if not behind_the_walls(reader, lying):
            return False
        return self.composition.locks == "filter off" or in_their_right(reader, lying)

    def _may_be_told(self, who: Acting, about: object, lying: Lying) -> bool:
        """Whether a row may stand in the answer to this document: of the inbox, if one of their posts may read it."""
        of_all_posts = isinstance(about, Document) and about.root in ACROSS_POSTS
        readers = who.everywhere if of_all_posts else (who.reader,)
        return any(self._may_read_as(each, lying) for each in readers)

    def _heard(self, response: httpx.Response) -> Answer:
        return Answer(
            response.status_code, dict(response.headers), response.text, self.composition.log.torn_out()
        )

    def _check(self, who: Acting, sent: str, answer: Answer, about: object, *, ids: bool = True) -> None:
        told = "\n".join((answer.text, json.dumps(dict(answer.headers)), answer.log))
        if "INTERNAL" in answer.codes or answer.status >= 500:
            stopped = any(words in answer.log for words in REFUSED_BY_THE_DATABASE)
            report = self._report(who, about, answer, {"a failure of the platform's own"})
            assert stopped, report
            assert self.composition.locks == "filter off", report
        if not (isinstance(about, Document) and about.root == "revealPersonalData"):
            numbers = numbers_in(told) - numbers_in(sent)
            assert not numbers, self._report(who, about, answer, numbers)
        assert not numbers_in(answer.log), self._report(who, about, answer, numbers_in(answer.log))
        words = canaries_in(told) - canaries_in(sent)
        seen = {
            word
            for lying in self.backstage.lying(words)
            if self._may_be_told(who, about, lying)
            for word in CANARY.findall(json.dumps(lying.row))
        }
        escaped = words - seen
        assert not escaped, self._report(who, about, answer, escaped)
        if ids:
            strange = self._strange_ids(who, about, sent, told)
            assert not strange, self._report(who, about, answer, strange)

    def _strange_ids(self, who: Acting, about: object, sent: str, told: str) -> set[str]:
        named = {
            text: one
            for text in set(GLOBAL_ID.findall(told))
            if text not in sent and (one := _taken_apart(text))
        }
        tables = {kind: table for table, kind in self.kinds.items()} | BY_ANOTHER_NAME
        unknown = {text for text, (kind, _) in named.items() if kind not in tables}
        asked = {text: each for text, each in named.items() if text not in unknown}
        found = self.backstage.with_ids(
            sorted({tables[kind] for kind, _ in asked.values()}), [each for _, each in asked.values()]
        )
        readable = {
            (each.table, UUID(each.row["id"])) for each in found if self._may_be_told(who, about, each)
        }
        # What was just discarded has no row any more; its id was sent along.
        return unknown | {
            text for text, (kind, each) in asked.items() if (tables[kind], each) not in readable
        }

    def _check_contents(self, who: Acting, named: str) -> None:
        kind, identifier = _taken_apart(named) or ("", None)
        table = next(table for table, of in self.kinds.items() if of == kind)
        (lying,) = self.backstage.with_ids([table], [identifier])  # type: ignore[list-item]  # an id of no kind finds no row, which fails
        assert self.may_read(who, lying), f"{who} was given the contents of {named}: {lying}"
        if table == "referral_materials" and self.composition.locks != "filter off":
            assert opened_to(who.reader, lying), f"{who} was given contents that are shut: {lying}"

    def _report(self, who: Acting, about: object, answer: Answer, escaped: set[str]) -> str:
        where = [
            f"{each.table}: {dict(each.row)}"
            for each in self.backstage.lying(set(filter(CANARY.match, escaped)))
        ]
        return "\n".join(
            (
                f"under {self.composition.locks}, {who} ({who.reader}) was shown {sorted(escaped)}",
                *where,
                f"asked: {about}",
                f"answered {answer.status}: {answer.text[:4000]}",
                f"logged: {answer.log[:2000]}",
            )
        )


def _taken_apart(text: str) -> tuple[str, UUID] | None:
    try:
        kind, colon, identifier = (
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").partition(":")
        )
        return (kind, UUID(identifier)) if colon else None
    except (binascii.Error, UnicodeError, ValueError):
        return None


def answered_fields(schema: GraphQLSchema, data: Any, document: Document) -> Iterator[str]:
    """The fields that an answer has, as `Type.field`: objects say their type, because every document asks for it."""
    roots = {"mutation": schema.mutation_type, "subscription": schema.subscription_type}
    root = next((each for word, each in roots.items() if document.text.startswith(word)), schema.query_type)
    assert root is not None
    if isinstance(data, dict):
        if any(value is not None for value in data.values()):
            yield f"{root.name}.{document.root}"
        for value in data.values():
            yield from _answered_below(value)


def _answered_below(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _answered_below(each)
    elif isinstance(value, dict):
        for name, below in value.items():
            if name != "__typename":
                yield f"{value['__typename']}.{name.partition('_of_')[0]}"
                yield from _answered_below(below)
