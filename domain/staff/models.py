"""The officers of a county with their homes, and what their names are found by.

What they hold in which tenant are capacities (`tenancy`) and secondments.
"""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County


class Person(Base):
    """A public servant of the body that is their home, wherever they are seconded.

    The name is an official's name on letters. Name and home are readable in the county; nothing else is here.
    """

    __tablename__ = "persons"
    table_kind = County(app=("select",), worker=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id"], ["counties.county_id"]),
        ForeignKeyConstraint(["county_id", "home_id"], ["organisations.county_id", "organisations.id"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    home_id: Mapped[UUID]


class PersonNameEnding(Base):
    """A name from one of its characters to its end, folded: a part occurs in a name if an ending begins with it."""

    __tablename__ = "person_name_endings"
    table_kind = County(app=("select",))
    relations = {"member": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "person_id"], ["persons.county_id", "persons.id"], ondelete="CASCADE"
        ),
        # The other way round, for a list that is read in its own order and asks of each of its officers.
        Index(None, "county_id", "person_id", "ending"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    # By code points, whatever the database's language is: the endings that begin with a part lie together.
    ending: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
