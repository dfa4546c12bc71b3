"""The kinds of tables, and how a model says which one it is.

Every table has exactly one kind, and the kind decides its row-level policies (`row_security.py`), so nobody writes
a policy by hand and no table can be forgotten: a model without a kind does not pass the catalogue's test. A model
also declares its `relations`: which column says who stands in which relation to a row; `policies` derives both the
check of one row and the filter of a list from that, and imports no model.

This file holds no policy text and no rule about roles.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

Verb = Literal["select", "insert", "update", "delete"]

ALL_VERBS: tuple[Verb, ...] = ("select", "insert", "update", "delete")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a table is to tenants. `app` and `worker` are the verbs that those database roles hold on it."""

    app: tuple[Verb, ...] = ()
    worker: tuple[Verb, ...] = ()
    # The only columns that ever change; None: all but the key and whose the row is.
    changes: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Platform(Kind):
    """Belongs to the deployment, not to a county: sign-in, the statutory calendar, the national layer."""


@dataclass(frozen=True, kw_only=True)
class County(Kind):
    """Readable by everybody in the county: organisations, catalogue, rulebooks, names of officers.

    `author` names the column that must be the writer on insert, on tables that bodies of the county publish in.
    """

    author: str | None = None


@dataclass(frozen=True)
class Private(Kind):
    """One tenant's own. `person` names a column through which a person sees what is theirs in other capacities.

    `grantor` names the column of another tenant out of whose hand the owner has the row: it alone adds such rows, and
    either changes them. `oversight` names the column that holds the county, where bodies that oversee it read (never
    write).
    """

    owner: str = "owner_id"
    person: str | None = None
    grantor: str | None = None
    oversight: str | None = None


@dataclass(frozen=True)
class Shared(Kind):
    """Two tenants' common row, each in a column. A party that is still NULL sees nothing.

    `author` names the column that must be the writer on insert; without it, the writer must be one of the two.
    `oversight` names the column that holds the county once the row is open to reading (never writing) by bodies that
    oversee it: `county_id` itself, or a column that stays NULL as long as the row is one tenant's own. `person` names a
    column through which a person reads (never writes) what is theirs in other capacities.
    """

    first: str
    second: str
    author: str | None = None
    person: str | None = None
    oversight: str | None = None


@dataclass(frozen=True, kw_only=True)
class System(Kind):
    """The platform's own machinery (outbox, seals): no tenant reads it; commands may add to their county's.

    `author` names the column that must be the writer on insert, on tables where a line says whose act it was.
    """

    author: str | None = None


class Base(DeclarativeBase):
    """What every model inherits: the kind, the relations, and names for constraints that a reader can guess."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid,
        str: Text,
        bytes: LargeBinary,
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        int: BigInteger,
    }
    # Ids are made by the application and versions are counted by commands: nothing is ever read back on insert,
    # which row-level security might refuse to a writer who may not see what is left for the other side.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - the declarative base declares its type

    table_kind: ClassVar[Kind]
    relations: ClassVar[dict[str, str]] = {}


def kinds() -> dict[str, Kind]:
    """The kind of every table that has been declared, by the table's name."""
    return {mapper.class_.__tablename__: mapper.class_.table_kind for mapper in Base.registry.mappers}
