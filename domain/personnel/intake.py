"""Taking a whole roster in: all of it or, if so chosen, its good rows; with a report of every row that is not good.

It provisions: the caller opened the transaction with the schema owner's login, so nobody's rights are asked and nobody is
told. What a row adds is what the register's own acts would have added: the person, the entry at home, the secondment with
the post that it grants, the certificate, the sealed numbers. What is on record stays as it is, but for a number that is
another now; a row that says otherwise than the register is refused, because since when and why it changed is for the
register's own acts to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from uuid import UUID

from sqlalchemy import func, select

from domain.audit.commands import record
from domain.lineage import queries as lineage
from domain.lineage.rules import Dissolved, Lineage
from domain.organisations.models import Unit
from domain.organisations.queries import known_as
from domain.personal_data import commands as personal_data
from domain.personal_data.sealing import Keys
from domain.personnel.on_record import News, OnRecord
from domain.personnel.roster import Body, Listed, rows_in
from domain.secondments import posts
from domain.sheets import Report, Row
from domain.staff import commands as staff
from domain.work import Errand
from tenancy.refusals import Refusal


async def take_in(
    errand: Errand, *, file: bytes, keys: Callable[[], Keys] = Keys, good_rows_only: bool = False
) -> Report:
    """Take in what a spreadsheet lists. Of a file with a bad row nothing is taken, unless `good_rows_only`.

    `keys` are those of personal data, asked for where there is some. Raises `NoSheet`, `NoKey`.
    """
    bodies, today = await bodies_of(errand), await lineage.today_in(errand)
    rows = list(rows_in(file, bodies=bodies, today=today))
    return await take_in_rows(errand, rows, keys=keys, good_rows_only=good_rows_only)


async def take_in_rows(
    errand: Errand,
    rows: Sequence[Row[Listed]],
    *,
    keys: Callable[[], Keys] = Keys,
    good_rows_only: bool = False,
) -> Report:
    """The same of rows that were read already. Whoever stands in several is taken in the order of the days."""
    await _in_turn(errand)
    today = await lineage.today_in(errand)
    read = [(row.number, row.meant) for row in rows if row.meant is not None]
    on_record = await OnRecord.of(errand, [listed for _, listed in read], today=today)
    refused = [(row.number, row.refusal) for row in rows if row.refusal is not None]
    gone = await _Gone.of(errand, today)
    fresh: list[tuple[Listed, News]] = []
    known = 0
    for number, listed in sorted(read, key=lambda each: (each[1].since, each[0])):
        try:
            gone.refuse(listed)
            news = on_record.adds(listed)
        except Refusal as refusal:
            refused.append((number, refusal))
            continue
        if not news and await _numbers_are_kept(errand, news.person_id, listed, keys):
            known += 1
            continue
        on_record.note(listed, news)
        fresh.append((listed, news))
    refused.sort(key=itemgetter(0))
    if refused and not good_rows_only:
        return Report(0, known, tuple(refused))
    if fresh:
        on_record.count_time({news.person_id for _, news in fresh if news.secondment is not None})
        await _write(errand, fresh, keys)
        await _on_record(errand, fresh, refused=len(refused))
    return Report(len(fresh), known, tuple(refused))


async def bodies_of(errand: Errand) -> Mapping[str, Body]:
    """The bodies that a roster may name, by every name they have, those that are no more included."""
    units: dict[UUID, dict[str, UUID]] = {}
    rows = await errand.session.scalars(
        select(Unit).where(Unit.county_id == errand.county_id).order_by(Unit.id)
    )
    for unit in rows:
        units.setdefault(unit.organisation_id, {}).update({unit.code: unit.id, unit.name: unit.id})
    return {
        name: Body(body.id, body.name, body.kind, units.get(body.id, {}))
        for name, body in (await known_as(errand)).items()
    }


@dataclass(frozen=True, slots=True)
class _Gone:
    """What is no more today, for which nothing is written."""

    lineages: tuple[Lineage, Lineage]
    names: Mapping[UUID, str]
    today: date

    @classmethod
    async def of(cls, errand: Errand, today: date) -> "_Gone":
        """As the county's lineage has it."""
        units = await errand.session.scalars(select(Unit).where(Unit.county_id == errand.county_id))
        named = [*(await known_as(errand)).values(), *units]
        return cls(await lineage.of_county(errand), {each.id: each.name for each in named}, today)

    def refuse(self, listed: Listed) -> None:
        """Refuse a row of a body or unit, or with a host, that is no more. Raises `Dissolved`."""
        bodies, units = self.lineages
        self._refuse(bodies, listed.home_id, "home")
        self._refuse(units, listed.what.unit_id, "unit")
        if listed.sent is not None:
            self._refuse(bodies, listed.sent.host_id, "host")

    def _refuse(self, line: Lineage, one: UUID, column: str) -> None:
        if line.is_dissolved(one, self.today):
            heir, day = self.names[line.heir(one, self.today)], str(line.dissolved_on(one))
            raise Dissolved(field=column, name=self.names[one], day=day, heir=heir)


async def _in_turn(errand: Errand) -> None:
    """From here to the end of the transaction nobody else takes a roster of this county in."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"roster {errand.county_id}", 0))
    await errand.session.execute(select(lock))


async def _numbers_are_kept(
    errand: Errand, person_id: UUID, listed: Listed, keys: Callable[[], Keys]
) -> bool:
    kept = [
        await personal_data.is_kept(
            errand, keys(), person_id=person_id, home_id=listed.home_id, kind=kind, plain=plain
        )
        for kind, plain in listed.numbers.items()
    ]
    return all(kept)


async def _write(errand: Errand, fresh: Sequence[tuple[Listed, News]], keys: Callable[[], Keys]) -> None:
    """In the order in which one thing refers to another."""
    session, zone = errand.session, await lineage.zone_of(errand)
    officers = {news.person_id: news.officer for _, news in fresh if news.officer is not None}
    await staff.enter(session, county_id=errand.county_id, officers=officers)
    secondments = [news.secondment for _, news in fresh if news.secondment is not None]
    session.add_all(news.entry for _, news in fresh if news.entry is not None)
    session.add_all(secondments)
    session.add_all(news.certificate for _, news in fresh if news.certificate is not None)
    await session.flush()
    session.add_all(posts.as_ordered(each, zone) for each in secondments)
    for listed, news in fresh:
        for kind, plain in listed.numbers.items():
            await personal_data.keep(
                errand, keys(), person_id=news.person_id, home_id=listed.home_id, kind=kind, value=plain
            )
    await session.flush()


async def _on_record(errand: Errand, fresh: Sequence[tuple[Listed, News]], *, refused: int) -> None:
    """Leave the one line, which commits to what was added of whom."""
    added = {
        str(news.person_id): {
            "new": news.officer is not None,
            "entry": news.entry and str(news.entry.id),
            "secondment": news.secondment and str(news.secondment.id),
            "certificate": news.certificate and str(news.certificate.id),
        }
        for _, news in fresh
    }
    await record(
        errand,
        action="staff.taken_in",
        subject_kind="county",
        subject_id=errand.county_id,
        content={"rows": len(fresh), "refused": refused, "added": added},
    )
