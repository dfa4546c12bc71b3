"""Rulebooks as they were loaded: the text itself and the days on which it is in force."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County, Platform


class PlatformRulebook(Base):
    """A version of a layer that every county has: `national` (statutes) or `platform` (defaults)."""

    __tablename__ = "platform_rulebooks"
    table_kind = Platform(app=("select",), worker=("select",))
    __table_args__ = (
        UniqueConstraint("layer", "version"),
        CheckConstraint("valid_until is null or valid_until >= valid_from", name="ends_after_it_began"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    layer: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    digest: Mapped[bytes]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    loaded_at: Mapped[datetime]


class CountyRulebook(Base):
    """A version of a county's or a township's (`place`) own layer. A township's binds only inside it."""

    __tablename__ = "county_rulebooks"
    table_kind = County(app=("select",), worker=("select",))
    __table_args__ = (
        UniqueConstraint("county_id", "layer", "place", "version"),
        ForeignKeyConstraint(["county_id"], ["counties.county_id"]),
        CheckConstraint("valid_until is null or valid_until >= valid_from", name="ends_after_it_began"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    layer: Mapped[str]
    place: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    digest: Mapped[bytes]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    loaded_at: Mapped[datetime]
