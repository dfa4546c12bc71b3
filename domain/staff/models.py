"""The people of a county with their homes, what their names are found by, and what they are at home.

What they hold in which tenant are capacities (`tenancy`) and secondments.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County, Private


class Person(Base):
    """A public servant of the body that is their home, wherever they are seconded.

    The name is an official's name on letters. Name and home are readable in the county; nothing else is here.
    """

    __tablename__ = "persons"
    # Whoever enters somebody, enters them as their own.
    table_kind = County(author="home_id", app=("select", "insert"), worker=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id"], ["counties.county_id"]),
        ForeignKeyConstraint(["county_id", "home_id"], ["organisations.county_id", "organisations.id"]),
        # What names somebody's home besides, names the right one; and so does what stands where their name stands.
        UniqueConstraint("county_id", "home_id", "id"),
        UniqueConstraint("county_id", "home_id", "id", "pinyin", name="uq_persons_pinyin"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    # Where the name stands among others (`pinyin.py`), by code points.
    pinyin: Mapped[str] = mapped_column(Text(collation="C"))
    home_id: Mapped[UUID]


class PersonNameEnding(Base):
    """A name from one of its characters to its end, folded: a part occurs in a name if an ending begins with it."""

    __tablename__ = "person_name_endings"
    table_kind = County(author="home_id", app=("select", "insert"))
    relations = {"member": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id"],
            ["persons.county_id", "persons.home_id", "persons.id"],
            ondelete="CASCADE",
        ),
        # The other way round, for a list that is read in its own order and asks of each of its officers.
        Index(None, "county_id", "person_id", "ending"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    # By code points, whatever the database's language is: the endings that begin with a part lie together.
    ending: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    home_id: Mapped[UUID]


class StaffEntry(Base):
    """What somebody is in the body that is their home, from a day until a day (inclusive), or until further notice.

    `pinyin` is where the name stands among others: the person's own, to which a key holds it. `last_day` is `until`, or for
    ever.
    """

    __tablename__ = "staff_entries"
    table_kind = Private(
        owner="home_id",
        oversight="county_id",
        changes=("unit_id", "register", "establishment", "post", "rank", "until", "ended_reason", "version"),
        app=("select", "insert", "update"),
    )
    relations = {"home": "home_id", "overseer": "county_id"}
    __table_args__ = (
        # A name stands here where it stands on the roster.
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id", "pinyin"],
            ["persons.county_id", "persons.home_id", "persons.id", "persons.pinyin"],
        ),
        ForeignKeyConstraint(
            ["county_id", "home_id", "unit_id"], ["units.county_id", "units.organisation_id", "units.id"]
        ),
        CheckConstraint("until is null or until >= since", name="ends_after_it_began"),
        CheckConstraint("(ended_reason is null) or (until is not null)", name="left_on_a_day"),
        # Whoever is on the register without an end stands there once.
        Index(
            "uq_staff_entries_open",
            "county_id",
            "home_id",
            "person_id",
            unique=True,
            postgresql_where=text("until is null"),
        ),
        Index(None, "county_id", "home_id", "id"),
        Index(None, "county_id", "person_id", "since"),
        # What the register is narrowed by besides.
        Index(None, "county_id", "unit_id", "id"),
        Index(None, "county_id", "register", "id"),
        Index(None, "county_id", "establishment", "id"),
        Index(None, "county_id", "post", "id"),
        Index(None, "county_id", "rank", "id"),
        # How it is ordered besides: as home, and in the county.
        *(
            Index(None, "county_id", *side, column, "id")
            for side in (("home_id",), ())
            for column in ("pinyin", "since", "last_day")
        ),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    pinyin: Mapped[str] = mapped_column(Text(collation="C"))
    home_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    register: Mapped[str]
    establishment: Mapped[str]
    post: Mapped[str]
    rank: Mapped[str | None]
    since: Mapped[date]
    until: Mapped[date | None]
    last_day: Mapped[date] = mapped_column(Computed("coalesce(until, date 'infinity')", persisted=True))
    ended_reason: Mapped[str | None]
    version: Mapped[int]
    entered_at: Mapped[datetime]
    # Empty where a roster was taken in by command.
    entered_by: Mapped[UUID | None]
