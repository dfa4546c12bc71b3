"""The tenants of a county, their functions and their units. A unit is part of a tenant, never one itself."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County


class Organisation(Base):
    """A tenant: a county body, a department, a township or a patrol body (`kind`), known in the county by its `code`.

    `name_inferred` says that the name stands in no document and was concluded; `inference` says from what.
    """

    __tablename__ = "organisations"
    table_kind = County(app=("select",), worker=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (
        UniqueConstraint("county_id", "code"),
        Index(None, "county_id", "kind", "code"),
        ForeignKeyConstraint(["county_id"], ["counties.county_id"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    kind: Mapped[str]
    name_inferred: Mapped[bool]
    inference: Mapped[str | None]


class OrganisationFunction(Base):
    """A special function that a tenant holds, such as coordination; `oversees` admits it to the whole county."""

    __tablename__ = "organisation_functions"
    table_kind = County(app=("select",), worker=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "organisation_id"], ["organisations.county_id", "organisations.id"]
        ),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    function: Mapped[str] = mapped_column(primary_key=True)
    oversees: Mapped[bool]


class Unit(Base):
    """A squadron, branch, section, station or office inside a tenant."""

    __tablename__ = "units"
    table_kind = County(app=("select",), worker=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (
        UniqueConstraint("county_id", "organisation_id", "code"),
        # What names a unit names its body as well.
        UniqueConstraint("county_id", "organisation_id", "id"),
        ForeignKeyConstraint(
            ["county_id", "organisation_id"], ["organisations.county_id", "organisations.id"]
        ),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    code: Mapped[str]
    name: Mapped[str]
    name_inferred: Mapped[bool]
    inference: Mapped[str | None]
