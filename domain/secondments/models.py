"""Secondments: who of which department works in which township. Shared by home and host."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared


class Secondment(Base):
    """One officer of `home` in the service of `host`, in a mode and a post, from `since` until `until` (inclusive)."""

    __tablename__ = "secondments"
    table_kind = Shared("home_id", "host_id", oversight="county_id", app=("select",), worker=("select",))
    relations = {"home": "home_id", "host": "host_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "person_id"], ["persons.county_id", "persons.id"]),
        ForeignKeyConstraint(["county_id", "home_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "host_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "home_unit_id"], ["units.county_id", "units.id"]),
        # Nobody is seconded to the body that owns them.
        CheckConstraint("home_id <> host_id", name="leaves_home"),
        CheckConstraint("until is null or until >= since", name="ends_after_it_began"),
        Index(None, "county_id", "home_id", "id"),
        Index(None, "county_id", "host_id", "id"),
        Index(None, "county_id", "person_id"),
        # What the register is narrowed by besides; of each there are few enough in a county as a whole.
        Index(None, "county_id", "mode", "id"),
        Index(None, "county_id", "post", "id"),
        Index(None, "county_id", "since"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    home_id: Mapped[UUID]
    home_unit_id: Mapped[UUID]
    host_id: Mapped[UUID]
    mode: Mapped[str]
    post: Mapped[str]
    order_number: Mapped[str | None]
    since: Mapped[date]
    until: Mapped[date | None]
