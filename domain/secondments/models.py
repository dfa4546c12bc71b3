"""Secondments: who of which department works in which township. Shared by home and host."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared


class Secondment(Base):
    """One officer of `home` in the service of `host`, in a mode and a post, from `since` until `until` (inclusive).

    What was called off before it began has its last day before its first. Entries with one `order_id` were ordered together;
    `liaison` is whether in an area team they lead the contact with this host, or keep it. `counted_since` is from when time at
    the front counts: the first day, brought forward by what the person was there before; empty where it counts for nothing.
    `pinyin` is where the officer's name stands among others: the person's own, to which a key holds it. `last_day` is `until`,
    or for ever.
    """

    __tablename__ = "secondments"
    table_kind = Shared(
        "home_id",
        "host_id",
        author="home_id",
        oversight="county_id",
        changes=("until", "counted_since", "version", "ended_reason", "ended_by", "ended_at"),
        app=("select", "insert", "update"),
        worker=("select",),
    )
    relations = {"home": "home_id", "host": "host_id", "overseer": "county_id"}
    __table_args__ = (
        # Nobody seconds anybody but their own; and a name stands here where it stands on the roster.
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id", "pinyin"],
            ["persons.county_id", "persons.home_id", "persons.id", "persons.pinyin"],
        ),
        ForeignKeyConstraint(["county_id", "host_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "home_unit_id"], ["units.county_id", "units.id"]),
        # Nobody is seconded to the body that owns them.
        CheckConstraint("home_id <> host_id", name="leaves_home"),
        CheckConstraint("until is null or until >= since - 1", name="ends_after_it_began"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
        # What a post is granted under names home, host and person besides.
        UniqueConstraint("county_id", "home_id", "host_id", "person_id", "id"),
        Index(None, "county_id", "home_id", "id"),
        Index(None, "county_id", "host_id", "id"),
        Index(None, "county_id", "person_id"),
        Index(None, "county_id", "order_id"),
        # What the register is narrowed by besides; of each there are few enough in a county as a whole.
        Index(None, "county_id", "mode", "id"),
        Index(None, "county_id", "post", "id"),
        # Who has been at the front how long, from each side.
        Index(None, "county_id", "home_id", "counted_since", "id"),
        Index(None, "county_id", "host_id", "counted_since", "id"),
        Index(None, "county_id", "counted_since", "id"),
        Index(None, "county_id", "home_unit_id", "id"),
        # How the register is ordered besides: as home, as host, and in the county.
        *(
            Index(None, "county_id", *side, column, "id")
            for side in (("home_id",), ("host_id",), ())
            for column in ("pinyin", "since", "last_day")
        ),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    pinyin: Mapped[str] = mapped_column(Text(collation="C"))
    home_id: Mapped[UUID]
    home_unit_id: Mapped[UUID]
    host_id: Mapped[UUID]
    mode: Mapped[str]
    post: Mapped[str]
    liaison: Mapped[str | None]
    order_id: Mapped[UUID]
    order_number: Mapped[str | None]
    since: Mapped[date]
    until: Mapped[date | None]
    counted_since: Mapped[date | None]
    last_day: Mapped[date] = mapped_column(Computed("coalesce(until, date 'infinity')", persisted=True))
    version: Mapped[int] = mapped_column(default=1)
    # Empty where the county was founded with it.
    ordered_by: Mapped[UUID | None]
    ordered_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
