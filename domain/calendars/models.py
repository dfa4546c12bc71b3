"""The statutory calendar as published year by year, what a county adds to it, and what made each version of both."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County, Platform


class StatutoryYear(Base):
    """A year whose notice is out. A year without a row here is counted by weekdays, provisionally."""

    __tablename__ = "statutory_years"
    table_kind = Platform(app=("select",), worker=("select",))

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    notice: Mapped[str]
    loaded_at: Mapped[datetime]


class StatutoryDay(Base):
    """A day on which the notice departs from the week: a holiday, or a weekend day worked to make up for one."""

    __tablename__ = "statutory_days"
    table_kind = Platform(app=("select",), worker=("select",))
    __table_args__ = (
        # A day belongs to the notice of its own year. Only the New Year holiday reaches back into the December before
        # (2019's notice made 2018-12-29 a workday and 2018-12-31 a day off).
        CheckConstraint(
            "year = extract(year from day) or (year = extract(year from day) + 1 and extract(month from day) = 12)",
            name="in_its_year",
        ),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, ForeignKey("statutory_years.year", ondelete="cascade"))
    working: Mapped[bool]
    name: Mapped[str]


class CountyDay(Base):
    """A day that a county's own decision makes a working day or a day of rest."""

    __tablename__ = "county_days"
    table_kind = County(app=("select",), worker=("select",))
    __table_args__ = (ForeignKeyConstraint(["county_id"], ["counties.county_id"]),)

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    reason: Mapped[str]
    source: Mapped[str]


class CalendarVersion(Base):
    """What made this version of a county's calendar: the notices or the county's own decision, by their numbers."""

    __tablename__ = "calendar_versions"
    table_kind = County(app=("select",), worker=("select",))
    __table_args__ = (ForeignKeyConstraint(["county_id"], ["counties.county_id"]),)

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    at: Mapped[datetime]
