"""What is on record of the people of some bodies, held for a roster that is taken in; and what one of its rows adds to it.

It reads and decides, and writes nothing: `intake.py` does. Nobody enters, seconds or lets these people leave meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from domain.certificates import rules as certified
from domain.certificates.models import Certificate
from domain.filters import FIRST_DAY, LAST_DAY, any_of
from domain.organisations.models import Organisation, OrganisationFunction
from domain.personnel import rules
from domain.personnel.roster import Listed, Sent, Shown
from domain.personnel.rules import What
from domain.rulebooks.queries import shelf_of
from domain.rulebooks.rules import Shelf
from domain.secondments import front
from domain.secondments import rules as seconded
from domain.secondments.commands import refuse_unknown_mode
from domain.secondments.models import Secondment
from domain.sheets import about
from domain.staff.commands import Officer
from domain.staff.models import Person, StaffEntry
from domain.staff.pinyin import pinyin
from domain.staff.rules import holds_on
from domain.work import Errand
from tenancy.ids import named_id, new_id
from tenancy.models import Capacity
from tenancy.refusals import Refusal

Held = TypeVar("Held")


class Namesakes(Refusal):
    """Several people of a body are called alike, and a roster has nothing but the name to tell them apart."""

    code = "ROSTER_NAMESAKES"
    en = "Several people of that body are called {name}, and a roster cannot tell them apart. Strike the row out and enter what it says in the register (`enterStaff`, `orderSecondment`)."
    zh = "该单位有多人名为{name}，名册无法区分。请删去该行，改由人事人员在系统中逐人登记（enterStaff、orderSecondment）。"


class SaysOtherwise(Refusal):
    """The register says of that day what the row does not."""

    code = "ROSTER_SAYS_OTHERWISE"
    en = "The register has {name} on {day} otherwise ({what}). Correct the row, or change the register first (`changeStaff`, `letStaffLeave`)."
    zh = "名册登记的{name}在{day}的情况与本行不同（{what}）。请更正该行，或者先办理人员变更、离岗（changeStaff、letStaffLeave）。"


class NobodyIssues(Refusal):
    """A certificate is listed, and no body of the county holds the function that issues them."""

    code = "ROSTER_NOBODY_ISSUES"
    en = "No body of the county issues certificates ({source}). Leave the number out, or ask the administrator to give that function to a body."
    zh = "本县尚无单位承担核发行政执法证的职能（{source}）。请删去证号，或者请管理员先明确承担该职能的单位。"


@dataclass(frozen=True, slots=True)
class News:
    """What a row adds. Of somebody who is new, by which name and as whose; all else is empty where it is on record."""

    person_id: UUID
    officer: Officer | None
    entry: StaffEntry | None
    secondment: Secondment | None
    certificate: Certificate | None

    def __bool__(self) -> bool:
        return any((self.officer, self.entry, self.secondment, self.certificate))


@dataclass(slots=True)
class OnRecord:
    """The people of these bodies, and all that is on record of them."""

    errand: Errand
    today: date
    shelf: Shelf
    issuer_id: UUID | None
    names: dict[UUID, str]
    taken_ids: set[UUID]
    people: defaultdict[tuple[UUID, str], list[UUID]] = field(default_factory=lambda: defaultdict(list))
    entries: defaultdict[UUID, list[StaffEntry]] = field(default_factory=lambda: defaultdict(list))
    secondments: defaultdict[UUID, list[Secondment]] = field(default_factory=lambda: defaultdict(list))
    certificates: list[Certificate] = field(default_factory=list)
    roles: defaultdict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    orders: dict[tuple[UUID, str | None, date], UUID] = field(default_factory=dict)

    @classmethod
    async def of(cls, errand: Errand, listed: Collection[Listed], *, today: date) -> "OnRecord":
        """What is on record of the bodies that these rows are of, held."""
        homes = {each.home_id for each in listed}
        shelf = await shelf_of(errand.session, errand.county_id)
        candidates = {_named(errand, each.name) for each in listed}
        record = cls(
            errand=errand,
            today=today,
            shelf=shelf,
            issuer_id=await _issuer(errand, shelf, today),
            names={body.id: body.name for body in await _all(errand, Organisation)},
            taken_ids={each.id for each in await _all(errand, Person, Person.id == any_of(candidates))},
        )
        for person in await _all(errand, Person, Person.home_id == any_of(homes)):
            record.people[person.home_id, person.name].append(person.id)
        # In the order in which acts take them: the entries first.
        for entry in await _all(errand, StaffEntry, StaffEntry.home_id == any_of(homes), held=True):
            record.entries[entry.person_id].append(entry)
        for each in await _all(errand, Secondment, Secondment.home_id == any_of(homes), held=True):
            record.secondments[each.person_id].append(each)
        record.certificates = [*await _all(errand, Certificate)]
        living = or_(Capacity.until.is_(None), Capacity.until > errand.now)
        for post in await _all(errand, Capacity, living):
            record.roles[post.person_id] |= {*post.roles}
        return record

    def adds(self, listed: Listed) -> News:
        """What the row adds. Raises the refusals of the register's own acts, and `Namesakes`, `SaysOtherwise`, `NobodyIssues`."""
        _refuse_far(listed)
        known = self.people.get((listed.home_id, listed.name), [])
        if len(known) > 1:
            raise Namesakes(field="name", name=listed.name)
        person_id = known[0] if known else self._new_person(listed)
        return News(
            person_id,
            None if known else Officer(listed.name, home_id=listed.home_id),
            self._entry(person_id, listed),
            None if listed.sent is None else self._secondment(person_id, listed, listed.sent),
            None if listed.certificate is None else self._certificate(person_id, listed, listed.certificate),
        )

    def note(self, listed: Listed, news: News) -> None:
        """From now on this is on record as well, for the rows that follow."""
        if news.officer is not None:
            self.people[listed.home_id, listed.name].append(news.person_id)
            self.taken_ids.add(news.person_id)
        if news.entry is not None:
            self.entries[news.person_id].append(news.entry)
        if news.secondment is not None:
            self.secondments[news.person_id].append(news.secondment)
        if news.certificate is not None:
            self.certificates.append(news.certificate)

    def count_time(self, people: Collection[UUID]) -> None:
        """What the secondments of these people say of the time at the front, with those that were added."""
        for person_id in people:
            front.count_time(self.secondments[person_id], rulebook_on=self.shelf.on)

    def _new_person(self, listed: Listed) -> UUID:
        # By the name where nobody of the county has it, so that whoever takes in a county of made-up people can name them.
        named = _named(self.errand, listed.name)
        return new_id() if named in self.taken_ids else named

    def _entry(self, person_id: UUID, listed: Listed) -> StaffEntry | None:
        entries = self.entries[person_id]
        there = [each for each in entries if holds_on(since=each.since, until=each.until, on=listed.since)]
        if there:
            self._refuse_otherwise(there[0], listed)
            return None
        with about("register"):
            rules.can_only_assist(
                listed.what,
                certified=any(
                    each.person_id == person_id and each.state in certified.LIVING
                    for each in self.certificates
                ),
                roles=self.roles[person_id],
                name=listed.name,
            )
        return StaffEntry(
            county_id=self.errand.county_id,
            id=new_id(),
            person_id=person_id,
            pinyin=pinyin(listed.name),
            home_id=listed.home_id,
            unit_id=listed.what.unit_id,
            register=listed.what.register,
            establishment=listed.what.establishment,
            post=listed.what.post,
            rank=listed.what.rank,
            since=listed.since,
            until=min(_ends(entries, listed), default=None),
            version=1,
            entered_at=self.errand.now,
        )

    def _refuse_otherwise(self, entry: StaffEntry, listed: Listed) -> None:
        says = What(
            unit_id=entry.unit_id,
            register=entry.register,
            establishment=entry.establishment,
            post=entry.post,
            rank=entry.rank,
        )
        leaves_otherwise = listed.until is not None and entry.until != listed.until
        if says != listed.what or leaves_otherwise:
            last = "" if entry.until is None else f", {entry.since}–{entry.until}"
            said = f"{entry.post}{last}"
            raise SaysOtherwise(field="name", name=listed.name, day=listed.since.isoformat(), what=said)

    def _secondment(self, person_id: UUID, listed: Listed, sent: Sent) -> Secondment | None:
        held = self.secondments[person_id]
        # Whatever became of it since.
        if any(_is_it(each, sent) for each in held):
            return None
        with about("mode"):
            refuse_unknown_mode(self.shelf.on(sent.since), sent.mode)
        with about("register"):
            on_register = self._on_register(person_id, listed, sent.since)
            seconded.secondable(
                listed.what.register if on_register else None, name=listed.name, first=sent.since
            )
        with about("until"):
            last = self._last_day(person_id)
            seconded.on_the_register_throughout(sent.until, last=last, name=listed.name)
        with about("since"):
            seconded.free(
                [seconded.Span(each.host_id, each.since, each.until) for each in held],
                host_id=sent.host_id,
                since=sent.since,
                until=sent.until,
                name=listed.name,
                host=self.names[sent.host_id],
            )
        return Secondment(
            county_id=self.errand.county_id,
            id=new_id(),
            person_id=person_id,
            pinyin=pinyin(listed.name),
            home_id=listed.home_id,
            home_unit_id=listed.what.unit_id,
            host_id=sent.host_id,
            mode=sent.mode,
            post=sent.post,
            liaison=sent.liaison,
            order_id=self.orders.setdefault((listed.home_id, sent.order_number, sent.since), new_id()),
            order_number=sent.order_number,
            since=sent.since,
            until=sent.until,
            version=1,
        )

    def _on_register(self, person_id: UUID, listed: Listed, day: date) -> bool:
        """Whether somebody stands on the register on a day, with what the row adds."""
        spans = [(each.since, each.until) for each in self.entries[person_id]]
        if not any(holds_on(since=since, until=until, on=listed.since) for since, until in spans):
            spans.append((listed.since, min(_ends(self.entries[person_id], listed), default=None)))
        return any(holds_on(since=since, until=until, on=day) for since, until in spans)

    def _last_day(self, person_id: UUID) -> date | None:
        """The last day of somebody's on the register, if there is one."""
        entries = self.entries[person_id]
        return max(entries, key=lambda each: each.since).until if entries else None

    def _certificate(self, person_id: UUID, listed: Listed, shown: Shown) -> Certificate | None:
        rulebook = self.shelf.on(self.today)
        if self.issuer_id is None:
            raise NobodyIssues(field="certificate", source=rulebook.cited("staff.certificate_issued_by"))
        for each in self.certificates:
            if (each.issuer_id, each.number, each.person_id) == (self.issuer_id, shown.number, person_id):
                return None
            is_taken = (each.issuer_id, each.number) == (self.issuer_id, shown.number)
            if is_taken or (each.person_id == person_id and each.state in certified.LIVING):
                raise certified.HasOne(field="certificate", name=listed.name, number=shown.number)
        with about("certificate"):
            certified.holdable(
                listed.what.register,
                listed.what.establishment,
                needs_establishment=rulebook.flag("staff.certificate_needs_establishment"),
                name=listed.name,
                source=rulebook.cited("staff.certificate_needs_establishment"),
            )
        certified.lasts(shown.issued_on, shown.valid_until, today=self.today)
        return Certificate(
            county_id=self.errand.county_id,
            id=new_id(),
            issuer_id=self.issuer_id,
            home_id=listed.home_id,
            person_id=person_id,
            number=shown.number,
            issued_on=shown.issued_on,
            valid_until=shown.valid_until,
            state="held",
            version=1,
            issued_at=self.errand.now,
        )


def _refuse_far(listed: Listed) -> None:
    """Refuse days that no calendar reaches, as sheets write them for "from ever" and "for ever". Raises `TooFar`."""
    sent = listed.sent
    days = [("since", listed.since), ("until", listed.until)]
    if sent is not None:
        days = [("since", sent.since), ("entered", listed.since), ("until", sent.until)]
    for column, day in days:
        if day is not None:
            rules.within_reach(day, earliest=FIRST_DAY, latest=LAST_DAY, field=column)


def _ends(entries: Collection[StaffEntry], listed: Listed) -> Iterator[date]:
    """The last day that the row says, and the day before what is on record of days to come."""
    if listed.until is not None:
        yield listed.until
    yield from (each.since - rules.A_DAY for each in entries if each.since > listed.since)


def _is_it(entry: Secondment, sent: Sent) -> bool:
    said = (entry.host_id, entry.since, entry.mode, entry.post, entry.order_number)
    return said == (sent.host_id, sent.since, sent.mode, sent.post, sent.order_number)


def _named(errand: Errand, name: str) -> UUID:
    return named_id(errand.county_id, "person", name)


async def _all(
    errand: Errand, model: type[Held], *which: ColumnElement[bool], held: bool = False
) -> Sequence[Held]:
    """All rows of the county of which this holds, in one order; and held, so that nobody changes them meanwhile."""
    table: Any = model
    rows = select(model).where(table.county_id == errand.county_id, *which).order_by(table.id)
    return (await errand.session.scalars(rows.with_for_update() if held else rows)).all()


async def _issuer(errand: Errand, shelf: Shelf, today: date) -> UUID | None:
    """Who issues certificates; of several, always the same one."""
    function = shelf.on(today).choice("staff.certificate_issued_by")
    return await errand.session.scalar(
        select(OrganisationFunction.organisation_id)
        .where(OrganisationFunction.county_id == errand.county_id, OrganisationFunction.function == function)
        .order_by(OrganisationFunction.organisation_id)
        .limit(1)
    )
