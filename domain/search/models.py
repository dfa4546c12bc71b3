"""What can be found: the folded texts of each matter and their grams, for the two bodies that share the matter.

Rows follow the matter they speak of: as long as that is one body's own, `to_id` and `overseen_id` are NULL and nobody
else finds it.
"""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared

# Either party adds what its act brought: the receiver its receipt's number.
SEARCHABLE = Shared("from_id", "to_id", oversight="overseen_id", app=("select", "insert", "update", "delete"))
RELATIONS = {"sender": "from_id", "receiver": "to_id", "overseer": "overseen_id"}


class SearchText(Base):
    """All texts of one matter, folded, for the exact look."""

    __tablename__ = "search_texts"
    table_kind = SEARCHABLE
    relations = RELATIONS
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "from_id"], ["organisations.county_id", "organisations.id"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
    folded: Mapped[str]


class SearchGram(Base):
    """One gram of one matter. Each side has its own order: whose, which gram, and the matters by age."""

    __tablename__ = "search_grams"
    table_kind = SEARCHABLE
    relations = RELATIONS
    __table_args__ = (
        # Unique, so that PostgreSQL knows that a gram finds a matter once, and may read the page off the index.
        UniqueConstraint("county_id", "from_id", "gram", "subject_id"),
        UniqueConstraint("county_id", "to_id", "gram", "subject_id"),
        Index(None, "county_id", "subject_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    # By code points, whatever the database's language is: the grams that begin with a character lie together.
    gram: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
