"""The lineage of a county's bodies and units: published rows, which are added to and never changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County

INHERITED, OF_UNITS = "heir and from_unit_id is null", "heir and from_unit_id is not null"


class LineageEntry(Base):
    """One line of a change: one body (or a unit of one) became another from `since` on, by a document.

    Lines of one change have the same `change_id`. `heir` says that the one takes over all that the other leaves, which is
    then no more; `founds`, that the other came with the change and was not there before. Of a renaming both are the same, and
    the row holds the name that was given up. The installation's administrator writes it, whoever asks.
    """

    __tablename__ = "lineage_entries"
    table_kind = County(app=("select",), worker=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "from_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "to_id"], ["organisations.county_id", "organisations.id"]),
        # Units change within their body.
        ForeignKeyConstraint(
            ["county_id", "from_id", "from_unit_id"], ["units.county_id", "units.organisation_id", "units.id"]
        ),
        ForeignKeyConstraint(
            ["county_id", "to_id", "to_unit_id"], ["units.county_id", "units.organisation_id", "units.id"]
        ),
        CheckConstraint("kind in ('rename', 'merge', 'split')", name="known_kind"),
        CheckConstraint(
            "(from_unit_id is null) = (to_unit_id is null) and (from_unit_id is null or from_id = to_id)",
            name="within_its_body",
        ),
        # Only what is renamed becomes itself, gives up a name, and leaves nothing.
        CheckConstraint(
            "(kind = 'rename') = (former_name is not null)"
            " and (kind = 'rename') = (from_id = to_id and from_unit_id is not distinct from to_unit_id)"
            " and not ((heir or founds) and kind = 'rename')",
            name="renamed_or_another",
        ),
        CheckConstraint(
            "(former_short_name is not null) = (kind = 'rename' and from_unit_id is null)",
            name="letters_of_bodies",
        ),
        # Whatever is no more has one heir.
        Index(
            "uq_lineage_entries_heir", "county_id", "from_id", unique=True, postgresql_where=text(INHERITED)
        ),
        Index(
            "uq_lineage_entries_heir_of_unit",
            "county_id",
            "from_unit_id",
            unique=True,
            postgresql_where=text(OF_UNITS),
        ),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    change_id: Mapped[UUID]
    kind: Mapped[str]
    since: Mapped[date]
    document: Mapped[str]
    number: Mapped[str]
    from_id: Mapped[UUID]
    from_unit_id: Mapped[UUID | None]
    to_id: Mapped[UUID]
    to_unit_id: Mapped[UUID | None]
    heir: Mapped[bool]
    founds: Mapped[bool]
    former_name: Mapped[str | None]
    former_short_name: Mapped[str | None]
    recorded_at: Mapped[datetime]
