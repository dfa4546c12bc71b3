"""Who stands in for whom within a body, from when until when. Whether it still counts, the two posts know as well."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from policies.vocabulary import LENDABLE
from tenancy.kinds import Base, Private

NOT_ENDED = "ended_at is null"


class Substitution(Base):
    """One post of a body that stands in for another, from the first instant of a day until that of a later one.

    `roles` are what the absent post lends, as far as it has them itself. The opening call reads these rows.
    """

    __tablename__ = "substitutions"
    table_kind = Private(app=("select", "insert", "update"), worker=("select",))
    relations = {"owner": "owner_id"}
    __table_args__ = (
        # Both posts are the body's own, so nobody of another body can be lent anything.
        ForeignKeyConstraint(
            ["county_id", "owner_id", "absent_id"],
            ["capacities.county_id", "capacities.tenant_id", "capacities.id"],
        ),
        ForeignKeyConstraint(
            ["county_id", "owner_id", "substitute_id"],
            ["capacities.county_id", "capacities.tenant_id", "capacities.id"],
        ),
        CheckConstraint("absent_id <> substitute_id", name="two_posts"),
        CheckConstraint("since < until", name="ends_after_it_began"),
        CheckConstraint(
            f"cardinality(roles) > 0 and roles <@ array[{', '.join(map(repr, sorted(LENDABLE)))}]",
            name="lends_what_can_be_lent",
        ),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
        Index(None, "county_id", "owner_id", "id"),
        Index(
            "ix_substitutions_of_a_substitute",
            "county_id",
            "owner_id",
            "substitute_id",
            "until",
            postgresql_where=text(NOT_ENDED),
        ),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    absent_id: Mapped[UUID]
    substitute_id: Mapped[UUID]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str]
    version: Mapped[int]
    appointed_by: Mapped[UUID]
    appointed_at: Mapped[datetime]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
