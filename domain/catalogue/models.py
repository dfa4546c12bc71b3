"""The catalogue's tables: everybody in the county reads them, and what stands in them is never changed.

Whoever publishes something is its author (`by_id`), and the database takes nothing in another's name. What follows something
earlier is a row of its own with a later first day: `until` is the first day on which something no longer holds.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County

PUBLISHED = County(author="by_id", app=("select", "insert"))
RELATIONS = {"member": "county_id", "overseer": "county_id"}


def of_the_county(column: str) -> ForeignKeyConstraint:
    """The column names a body of the same county."""
    return ForeignKeyConstraint(["county_id", column], ["organisations.county_id", "organisations.id"])


class Item(Base):
    """An item of enforcement by its code, whatever its versions say. `made_up` marks one that no county has."""

    __tablename__ = "items"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (UniqueConstraint("county_id", "code"), of_the_county("by_id"))

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    made_up: Mapped[bool]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class ItemVersion(Base):
    """An item as it stands from `since` until the next version begins, or until `until`: so no two ever overlap.

    `bands` are {name, least, most} in yuan.
    """

    __tablename__ = "item_versions"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        UniqueConstraint("county_id", "item_id", "since"),
        ForeignKeyConstraint(["county_id", "item_id"], ["items.county_id", "items.id"]),
        of_the_county("department_id"),
        of_the_county("by_id"),
        CheckConstraint("penalty or inspection or compulsion", name="some_power"),
        CheckConstraint("until > since", name="lasting"),
        Index(None, "county_id", "field"),
        Index(None, "county_id", "department_id"),
        Index(None, "county_id", "since"),
        Index(None, "county_id", "until"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date | None]
    name: Mapped[str]
    field: Mapped[str]
    department_id: Mapped[UUID]
    penalty: Mapped[bool]
    inspection: Mapped[bool]
    compulsion: Mapped[bool]
    establishing_basis: Mapped[str]
    punishing_basis: Mapped[str]
    bands: Mapped[list[dict[str, Any]]]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class ItemNameEnding(Base):
    """A version's name from one of its characters to its end, folded: a part occurs in it if an ending begins with it."""

    __tablename__ = "item_name_endings"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "version_id"], ["item_versions.county_id", "item_versions.id"]),
        of_the_county("by_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    # By code points, whatever the database's language is: the endings that begin with a part lie together.
    ending: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    version_id: Mapped[UUID] = mapped_column(primary_key=True)
    by_id: Mapped[UUID]


class TownshipClass(Base):
    """A class of townships that share one list of empowered items."""

    __tablename__ = "township_classes"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (UniqueConstraint("county_id", "code"), of_the_county("by_id"))

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class ClassMember(Base):
    """In which class a township is from `since` on, until its next entry; in none where `class_id` is empty."""

    __tablename__ = "class_members"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "class_id"], ["township_classes.county_id", "township_classes.id"]
        ),
        of_the_county("township_id"),
        of_the_county("by_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    township_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    class_id: Mapped[UUID | None]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class Empowerment(Base):
    """A public notice that empowers a township, or a class of them, from `since` on. What with: `EmpoweredItem`."""

    __tablename__ = "empowerments"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "class_id"], ["township_classes.county_id", "township_classes.id"]
        ),
        of_the_county("township_id"),
        of_the_county("by_id"),
        CheckConstraint("(township_id is null) <> (class_id is null)", name="one_grantee"),
        Index(None, "county_id", "township_id"),
        Index(None, "county_id", "class_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[str]
    since: Mapped[date]
    township_id: Mapped[UUID | None]
    class_id: Mapped[UUID | None]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class EmpoweredItem(Base):
    """An item of an empowerment, with the powers that are given."""

    __tablename__ = "empowered_items"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "empowerment_id"], ["empowerments.county_id", "empowerments.id"]),
        ForeignKeyConstraint(["county_id", "item_id"], ["items.county_id", "items.id"]),
        of_the_county("by_id"),
        CheckConstraint("penalty or inspection or compulsion", name="some_power"),
        Index(None, "county_id", "item_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    empowerment_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    penalty: Mapped[bool]
    inspection: Mapped[bool]
    compulsion: Mapped[bool]
    by_id: Mapped[UUID]


class EmpowermentAcceptance(Base):
    """That a township signed for an empowerment, by its head, on a day."""

    __tablename__ = "empowerment_acceptances"
    table_kind = County(author="township_id", app=("select", "insert"))
    relations = {"member": "county_id", "owner": "township_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "empowerment_id"], ["empowerments.county_id", "empowerments.id"]),
        of_the_county("township_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    empowerment_id: Mapped[UUID] = mapped_column(primary_key=True)
    township_id: Mapped[UUID] = mapped_column(primary_key=True)
    signed_on: Mapped[date]
    signed_by: Mapped[UUID]
    signed_for: Mapped[UUID | None]
    signed_at: Mapped[datetime]


class Recall(Base):
    """That an item of an empowerment is taken back from one of its townships, from `since` on, with reasons."""

    __tablename__ = "recalls"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "empowerment_id", "item_id"],
            ["empowered_items.county_id", "empowered_items.empowerment_id", "empowered_items.item_id"],
        ),
        of_the_county("township_id"),
        of_the_county("by_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    empowerment_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    township_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date]
    reasons: Mapped[str]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class Entrustment(Base):
    """What a department lets a township do in its name, by an agreement that was reviewed and approved."""

    __tablename__ = "entrustments"
    table_kind = County(author="department_id", app=("select", "insert"))
    relations = {"member": "county_id", "owner": "department_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "item_id"], ["items.county_id", "items.id"]),
        of_the_county("department_id"),
        of_the_county("township_id"),
        CheckConstraint("penalty or inspection", name="some_power"),
        # Administrative Compulsion Law, art. 17: that there is no such column is the rule.
        CheckConstraint("until > since", name="lasting"),
        Index(None, "county_id", "item_id"),
        Index(None, "county_id", "department_id"),
        Index(None, "county_id", "township_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    department_id: Mapped[UUID]
    township_id: Mapped[UUID]
    item_id: Mapped[UUID]
    penalty: Mapped[bool]
    inspection: Mapped[bool]
    since: Mapped[date]
    until: Mapped[date]
    basis: Mapped[str]
    duties: Mapped[str]
    number: Mapped[str]
    signed_by: Mapped[UUID]
    signed_for: Mapped[UUID | None]
    signed_at: Mapped[datetime]


class EntrustmentEnd(Base):
    """That a department ends an entrustment before its last day, with reasons. From `ends_on` on it no longer holds."""

    __tablename__ = "entrustment_ends"
    table_kind = County(author="department_id", app=("select", "insert"))
    relations = {"member": "county_id", "owner": "department_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "entrustment_id"], ["entrustments.county_id", "entrustments.id"]),
        of_the_county("department_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    entrustment_id: Mapped[UUID] = mapped_column(primary_key=True)
    department_id: Mapped[UUID]
    ends_on: Mapped[date]
    reasons: Mapped[str]
    ended_by: Mapped[UUID]
    ended_for: Mapped[UUID | None]
    ended_at: Mapped[datetime]


class Duty(Base):
    """An entry of a duty list: whose a kind of matter is, from `since` until the next entry of its code, or `until`.

    Departments follow each other: of a code and a day one of them answers, wherever it arises. A township's entries follow its
    own alone, and answer for what arises in it.
    """

    __tablename__ = "duties"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        UniqueConstraint("county_id", "code", "body_id", "since"),
        of_the_county("body_id"),
        of_the_county("by_id"),
        CheckConstraint("until > since", name="lasting"),
        Index(None, "county_id", "body_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    matter: Mapped[str]
    body_id: Mapped[UUID]
    basis: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class Assessment(Base):
    """What was found when an empowered item was assessed in a township: kept, adjusted or to be recalled."""

    __tablename__ = "assessments"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "empowerment_id", "item_id"],
            ["empowered_items.county_id", "empowered_items.empowerment_id", "empowered_items.item_id"],
        ),
        of_the_county("township_id"),
        of_the_county("by_id"),
        CheckConstraint("finding in ('keep', 'adjust', 'recall')", name="known_finding"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    empowerment_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    township_id: Mapped[UUID] = mapped_column(primary_key=True)
    assessed_on: Mapped[date] = mapped_column(primary_key=True)
    finding: Mapped[str]
    report: Mapped[str]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]


class PatrolEntry(Base):
    """What a township claimed to patrol, and how often: so many `times` in each week, month, quarter or year."""

    __tablename__ = "patrol_entries"
    table_kind = County(author="township_id", app=("select", "insert"))
    relations = {"member": "county_id", "owner": "township_id"}
    __table_args__ = (
        UniqueConstraint("county_id", "township_id", "item_id", "since"),
        ForeignKeyConstraint(["county_id", "item_id"], ["items.county_id", "items.id"]),
        of_the_county("township_id"),
        CheckConstraint("per in ('week', 'month', 'quarter', 'year')", name="known_period"),
        CheckConstraint("times > 0", name="some_times"),
        CheckConstraint("until > since", name="lasting"),
        Index(None, "county_id", "item_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    township_id: Mapped[UUID]
    item_id: Mapped[UUID]
    times: Mapped[int]
    per: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    claimed_by: Mapped[UUID]
    claimed_at: Mapped[datetime]


class LenientEntry(Base):
    """An entry of one of the four lists of lenient handling. An item may have several, each of other circumstances."""

    __tablename__ = "lenient_entries"
    table_kind = PUBLISHED
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "item_id"], ["items.county_id", "items.id"]),
        of_the_county("by_id"),
        CheckConstraint("kind in ('no_penalty', 'mitigated', 'lighter', 'no_compulsion')", name="known_kind"),
        CheckConstraint("until > since", name="lasting"),
        Index(None, "county_id", "kind"),
        Index(None, "county_id", "item_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    kind: Mapped[str]
    circumstances: Mapped[str]
    basis: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    by_id: Mapped[UUID]
    published_at: Mapped[datetime]
