"""What is kept of a person's numbers: a body's own rows, in which nothing is plain but the mask."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private


class PersonalData(Base):
    """One value of one person, as the body with which they are established keeps it.

    `sealed` opens with the key `key_id` and with everything else of the row that says whose and what it is. By `digest`
    the value is found. `recorded_by` is empty where a roster was taken in.
    """

    __tablename__ = "personal_data"
    # Private and not shared with whoever a secondment brings in: row security then gives no host and no overseer any of it,
    # whatever a policy row may say one day.
    table_kind = Private(owner="home_id", app=("select", "insert", "update", "delete"))
    relations = {"home": "home_id"}
    __table_args__ = (
        UniqueConstraint("county_id", "home_id", "person_id", "kind"),
        # By this alone a value is found. It may be two people's: a household shares a telephone.
        Index(None, "county_id", "home_id", "kind", "digest"),
        ForeignKeyConstraint(["county_id", "person_id"], ["persons.county_id", "persons.id"]),
        ForeignKeyConstraint(["county_id", "home_id"], ["organisations.county_id", "organisations.id"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    home_id: Mapped[UUID]
    person_id: Mapped[UUID]
    kind: Mapped[str]
    version: Mapped[int]
    masked: Mapped[str]
    key_id: Mapped[str]
    sealed: Mapped[bytes]
    digest: Mapped[bytes]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
