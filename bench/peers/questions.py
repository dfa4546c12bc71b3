"""The three questions in each server's words, and when two answers are the same.

Everybody answers in the same shape, with as many values. How a value is written is everybody's own: global ids or plain
ones, an enum's name or its text, one spelling of an instant or another, a large number as a number or as text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from api.identifiers import global_id, taken_apart

FIRST = 50
EVENTS = 3

WORDS = frozenset({"state", "kind"})
NUMBERS = frozenset({"version"})
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

FLAT_COLUMNS = (
    "version state letterNumber receiptNumber party place itemCode foundOn sentAt takenInAt createdAt"
)
SMALL_COLUMNS = "state letterNumber party foundOn"
NESTED_COLUMNS = "state letterNumber party foundOn"

IN_GRAPHQL: Mapping[str, str] = {
    "nested": f"""
query Nested {{
  referrals(box: RECEIVED, first: {FIRST}) {{
    edges {{ node {{
      id {NESTED_COLUMNS}
      sender {{ id code name }}
      receiver {{ id code name }}
      draftedBy {{ id name home {{ id name }} }}
      deadlines {{ kind dueAt metAt }}
      lastEvents(n: {EVENTS}) {{ kind at byPerson {{ name }} byOrganisation {{ code }} }}
    }} }}
  }}
}}
""",
    "flat": f"""
query Flat {{
  referrals(box: RECEIVED, first: {FIRST}) {{ edges {{ node {{ id {FLAT_COLUMNS} }} }} }}
}}
""",
    "small": f"""
query Small($id: ID!) {{
  referral(id: $id) {{ id {SMALL_COLUMNS} }}
}}
""",
}

_LIST = (
    f"condition: {{countyId: $county, toId: $body}}, orderBy: [COUNTY_ID_DESC, ROW_ID_DESC], first: {FIRST}"
)

IN_POSTGRAPHILE: Mapping[str, str] = {
    "nested": f"""
query Nested($county: UUID!, $body: UUID!) {{
  referrals: allReferrals({_LIST}) {{
    edges {{ node {{
      id: rowId {NESTED_COLUMNS}
      sender {{ id: rowId code name }}
      receiver {{ id: rowId code name }}
      draftedBy: drafter {{ id: rowId name home {{ id: rowId name }} }}
      deadlines: deadlinesList(orderBy: [STARTED_AT_ASC, ROW_ID_ASC]) {{ kind dueAt metAt }}
      lastEvents: eventsList(orderBy: [NUMBER_DESC], first: {EVENTS}) {{
        kind at byPerson {{ name }} byOrganisation {{ code }}
      }}
    }} }}
  }}
}}
""",
    "flat": f"""
query Flat($county: UUID!, $body: UUID!) {{
  referrals: allReferrals({_LIST}) {{ edges {{ node {{ id: rowId {FLAT_COLUMNS} }} }} }}
}}
""",
    "small": f"""
query Small($county: UUID!, $id: UUID!) {{
  referral: referralByCountyIdAndRowId(countyId: $county, rowId: $id) {{ id: rowId {SMALL_COLUMNS} }}
}}
""",
}

QUESTIONS = tuple(IN_GRAPHQL)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for which body, and about which referral the small question is."""

    token: str
    acting_as: str
    county_id: UUID
    body_id: UUID
    referral_id: UUID

    def graphql(self, question: str, port: int) -> bytes:
        """Of our API."""
        given = {"id": global_id("Referral", self.referral_id)} if question == "small" else {}
        return self._post(port, IN_GRAPHQL[question], given)

    def plain_graphql(self, question: str, port: int) -> bytes:
        """Of a schema whose ids are plain."""
        given = {"id": str(self.referral_id)} if question == "small" else {}
        return self._post(port, IN_GRAPHQL[question], given)

    def postgraphile(self, question: str, port: int) -> bytes:
        """Of PostGraphile, to which the body is a condition like others."""
        about = {"id": str(self.referral_id)} if question == "small" else {"body": str(self.body_id)}
        return self._post(port, IN_POSTGRAPHILE[question], {"county": str(self.county_id), **about})

    def by_hand(self, question: str, port: int) -> bytes:
        """Of endpoints that answer nothing else."""
        path = f"/small/{self.referral_id}" if question == "small" else f"/{question}"
        return self._head("GET", path, port) + b"\r\n\r\n"

    def _post(self, port: int, query: str, variables: Mapping[str, Any]) -> bytes:
        body = orjson.dumps({"query": query, "variables": variables})
        more = f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return self._head("POST", "/graphql", port) + more.encode() + body

    def _head(self, method: str, path: str, port: int) -> bytes:
        lines = (
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Accept: application/graphql-response+json, application/json",
            f"Authorization: Bearer {self.token}",
            f"X-Acting-As: {self.acting_as}",
        )
        return "\r\n".join(lines).encode()


def meant(answer: bytes) -> Any:
    """What an answer says, however its values are written. Raises ValueError for one that tells of errors."""
    said = orjson.loads(answer)
    if "errors" in said:
        raise ValueError(said["errors"])
    return _plainly("data", said["data"])


def differences(one: Any, other: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two answers say something else, and what each says there."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name, value in one.items():
            yield from differences(value, other[name], f"{place}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, theirs, f"{place}[{number}]")
    elif one != other:
        yield place, one, other


def _plainly(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plainly(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plainly(name, each) for each in value]
    if value is None:
        return None
    if name == "id":
        return _plain_id(value)
    if name in WORDS:
        return value.lower()
    if name in NUMBERS:
        return int(value)
    if isinstance(value, str) and INSTANT.match(value):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


def _plain_id(written: str) -> str:
    try:
        return str(UUID(written))
    except ValueError:
        return str(taken_apart(written)[1])
