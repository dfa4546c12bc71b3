"""The words of a scenario: those by which the API itself describes its acts, their inputs and its closed sets in Chinese.

Nothing is translated here that the schema says already, so a scenario speaks as a front end does. It knows no
scenario and asks no server.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from domain.notifications.rules import NOTICES, OWED

SDL = Path(__file__).parents[2] / "schema.graphql"

UNCHANGED = "；不填则不变"

CHINESE_AT_THE_END = re.compile(r"(?:^|\s)(\S*[\u4e00-\u9fff]\S*)\s*$")

DESCRIBED_NOWHERE: Mapping[str, str] = {
    "referral.prior_notice": "延期移送的事先告知",
    "deadline.warned": "期限预警",
    "deadline.due": "期限到期",
    "deadline.overdue": "期限逾期",
    "deadline.escalated": "期限督办",
    "deadline.moved": "期限改期",
}
"""Notices of what no act of somebody's has a word for."""


@dataclass(frozen=True, slots=True)
class Act:
    """A mutation, with the type of its input and the input's fields by their Chinese names."""

    mutation: str
    input_type: str
    fields: Mapping[str, tuple[str, Any]]


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SDL.read_text(encoding="utf-8"))


def chinese(description: str | None) -> str:
    """The Chinese half of a description: its last word."""
    found = CHINESE_AT_THE_END.search(description or "")
    return found.group(1) if found else ""


@cache
def acts() -> Mapping[str, Act]:
    """Everything that can be done with a referral, by what the API calls it."""
    mutations = _schema().mutation_type
    assert mutations is not None
    found = {}
    for name, mutation in mutations.fields.items():
        if str(mutation.type) in ("ReferralPayload", "DiscardReferralPayload"):
            given = get_named_type(mutation.args["input"].type)
            assert isinstance(given, GraphQLInputObjectType)
            found[chinese(mutation.description)] = Act(name, given.name, _named(given.fields))
    return found


def _named(fields: Mapping[str, GraphQLInputField]) -> Mapping[str, tuple[str, Any]]:
    """Fields by their Chinese names; what can be left out of a revision has its name from the draft."""
    draft = _schema().type_map["DraftReferralInput"]
    assert isinstance(draft, GraphQLInputObjectType)
    named = {}
    for name, field in fields.items():
        word = chinese(field.description)
        if word.endswith(UNCHANGED):
            word = chinese(draft.fields[name].description)
        named[word] = (name, get_named_type(field.type))
    return named


@cache
def of_enum(name: str) -> Mapping[str, str]:
    """Value → Chinese word, of one of the API's closed sets."""
    enum = _schema().type_map[name]
    assert isinstance(enum, GraphQLEnumType)
    return {value: chinese(each.description) for value, each in enum.values.items()}


@cache
def notices() -> Mapping[str, str]:
    """Kind → Chinese word, of every notice that a referral or a deadline leads to."""
    events = of_enum("ReferralEventKind")
    return {
        kind: DESCRIBED_NOWHERE.get(kind) or events[kind.partition(".")[2].upper()]
        for kind in NOTICES
        if kind.startswith(("referral.", "deadline."))
    }


def owed(limit: str) -> str:
    """What is owed under a limit, as notices say it."""
    return OWED[limit][1]
