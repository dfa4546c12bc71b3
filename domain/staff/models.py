"""The officers of a county. What they hold in which tenant are capacities (`tenancy`) and secondments."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County


class Person(Base):
    """A public servant. The name is an official's name on letters and is readable in the county; nothing else is here."""

    __tablename__ = "persons"
    table_kind = County(app=("select",), worker=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (ForeignKeyConstraint(["county_id"], ["counties.county_id"]),)

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
