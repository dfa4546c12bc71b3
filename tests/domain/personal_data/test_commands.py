"""Numbers on record, on a real database: who reads, records, finds and reveals them, what is left of it, and what lies there."""

import asyncio
from dataclasses import replace as changed

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.personal_data import commands, rules
from domain.personal_data.models import PersonalData
from domain.personal_data.rules import AlreadyRecorded, HasLeft
from domain.personal_data.sealing import DoesNotOpen, Keys, NoKey, UnknownKey
from domain.secondments import commands as secondments
from domain.secondments.models import Secondment
from domain.staff.models import Person, PersonNameEnding
from domain.texts import ReasonNeeded
from domain.work import Errand
from policies.book import Book
from policies.rows import platform_rows
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.personal_data.office import ANOTHER, ANOTHER_MASKED, MASKED, NUMBER, TELEPHONE, Office
from tests.keys import KEYS, a_key, keys_of
from tests.registered import A_DAY, TODAY, keeps_a_register
from tests.registered import Office as Register
from tests.worlds import NOW, a_county


@pytest.fixture
def office(edge, world, owner_engine):
    return Office(edge, world, owner_engine)


def without(edge, action, aspect):
    """The same platform without the rows that give this right."""
    rows = [row for row in platform_rows() if (row.action, row.aspect) != (action, aspect)]
    assert len(rows) < len(platform_rows())
    return changed(edge, platform=Book(rows), _snapshots={})


class TestANumber:
    async def test_is_recorded_at_home_and_shown_masked(self, office):
        await office.recorded()
        await office.recorded(kind="telephone", value=TELEPHONE)
        assert await office.shown("tang") == [MASKED, "+86*******2345"]
        assert await office.shown("lin") == [MASKED, "+86*******2345"]

    async def test_is_replaced_and_removed_by_whoever_saw_it_as_it_is(self, office):
        entry = await office.recorded()
        which = {"entry_id": entry.id, "expected_version": 1}
        await office.do("tang", "replace", **which, value=ANOTHER)
        assert await office.shown("tang") == [ANOTHER_MASKED]
        for act, given in (("replace", {"value": NUMBER}), ("remove", {}), ("reveal", {"reason": "核对"})):
            with pytest.raises(Stale):
                await office.do("lin", act, **which, **given)
        await office.do("lin", "remove", entry_id=entry.id, expected_version=2)
        assert await office.shown("tang") == []
        assert await office.rows() == []

    async def test_of_a_kind_is_recorded_once(self, office):
        await office.recorded()
        with pytest.raises(AlreadyRecorded):
            await office.recorded(value=ANOTHER)
        assert await office.shown("tang") == [MASKED]

    async def test_that_two_record_at_once_is_recorded_once(self, office):
        both = await asyncio.gather(
            office.recorded(), office.recorded(value=ANOTHER, by="lin"), return_exceptions=True
        )
        assert [type(each) for each in both].count(AlreadyRecorded) == 1
        assert len(await office.rows()) == 1

    async def test_that_two_replace_at_once_is_replaced_by_one(self, office):
        entry = await office.recorded()
        for turn in range(1, 6):
            both = await asyncio.gather(
                *(
                    office.do(who, "replace", entry_id=entry.id, expected_version=turn, value=value)
                    for who, value in (("tang", ANOTHER), ("lin", NUMBER))
                ),
                return_exceptions=True,
            )
            assert [type(each) for each in both].count(Stale) == 1, turn
        assert (await office.rows())[0]["version"] == 6

    async def test_that_is_none_is_refused_before_anything_is_kept(self, office):
        with pytest.raises(rules.IdentityNumberWrong):
            await office.recorded(value="330326198805021233")
        assert await office.rows() == []
        assert await office.lines() == []

    async def test_of_somebody_who_is_not_there_is_refused(self, office, world, owner_engine):
        elsewhere = await a_county(owner_engine)
        with pytest.raises(NotFound):
            await office.do(
                "tang", "record", person_id=elsewhere["zhou"].person_id, kind="telephone", value=TELEPHONE
            )

    async def test_needs_a_key(self, office):
        office.edge = changed(office.edge, keys=Keys)
        with pytest.raises(NoKey):
            await office.recorded()
        with pytest.raises(NoKey):
            await office.found(NUMBER)


class TestReading:
    @pytest.mark.parametrize(
        ("who", "body"),
        [
            ("zhou", None),  # a colleague, and whose number it is
            ("zhou", "kunyang"),
            ("gao", None),  # head of the host
            ("xu", None),
            ("huang", None),
            ("wu", None),  # oversees the county
            ("shen", None),
        ],
    )
    async def test_is_nobodys_but_personnels_at_home(self, office, who, body):
        entry = await office.recorded()
        assert await office.shown(who, body=body) == []
        for act, given in (
            ("replace", {"value": ANOTHER}),
            ("remove", {}),
            ("reveal", {"reason": "核对"}),
        ):
            with pytest.raises(NotFound):
                await office.do(who, act, body, entry_id=entry.id, expected_version=1, **given)
        assert await office.shown("lin") == [MASKED]

    @pytest.mark.parametrize(("who", "body"), [("gao", None), ("xu", None), ("wu", None), ("huang", None)])
    async def test_and_so_is_recording(self, office, who, body):
        with pytest.raises(NotPermitted):
            await office.recorded(by=who)
        assert await office.rows() == []

    async def test_ends_when_the_person_leaves_the_body(self, office, world, owner_engine):
        entry = await office.recorded()
        zhou = {"county_id": world.county_id, "person_id": world["zhou"].person_id}
        async with owner_engine.begin() as connection:
            # Whatever names the home besides: what is meant is somebody who has nothing there any more.
            for of_the_home in (Capacity, Secondment, PersonNameEnding):
                await connection.execute(delete(of_the_home).filter_by(**zhou))
            await connection.execute(
                update(Person)
                .where(Person.county_id == world.county_id, Person.id == world["zhou"].person_id)
                .values(home_id=world.bodies["agriculture"])
            )
        assert await office.shown("lin") == []
        assert await office.found(NUMBER) == set()
        with pytest.raises(NotFound):
            await office.revealed(entry)
        assert await office.shown("huang") == []

    async def test_ends_with_the_last_day_on_the_register_and_begins_with_the_new_homes(
        self, office, world, owner_engine, edge, clock
    ):
        """Whoever moves leaves the one body and is entered by the other: nobody else has them in two at once."""
        await keeps_a_register(owner_engine, world)
        await keeps_a_register(owner_engine, world, personnel="zheng", body="agriculture", entered=("huang",))
        entry, people = await office.recorded(), Register(edge, world)
        await people.leave(world["zhou"].person_id, leaves_on=TODAY + A_DAY)
        assert (await office.shown("lin"), await office.found(NUMBER)) == ([MASKED], {"zhou"})
        clock.advance(A_DAY)
        there = await people.enter(
            "周交", by="zheng", since=TODAY + A_DAY, unit_id=world.units["agriculture"]
        )
        with pytest.raises(NotPermitted):
            await office.do("tang", "record", person_id=there.person_id, kind="telephone", value=TELEPHONE)
        given = {"person_id": there.person_id, "kind": "identity_number", "value": NUMBER}
        await office.do("zheng", "record", **given)
        assert await office.do("huang", "find", kind="identity_number", value=NUMBER) == [there.person_id]
        # The old home finds, shows and reveals nothing, and keeps nothing new.
        for who in ("lin", "tang"):
            assert await office.shown(who) == []
        assert await office.found(NUMBER) == set()
        for act, said in (("reveal", {"reason": "核对"}), ("remove", {}), ("replace", {"value": ANOTHER})):
            with pytest.raises(NotFound):
                await office.do("lin", act, entry_id=entry.id, expected_version=1, **said)
        with pytest.raises(HasLeft):
            await office.recorded(kind="telephone", value=TELEPHONE)

    async def test_is_there_again_for_whoever_comes_back(self, office, world, owner_engine, edge):
        await keeps_a_register(owner_engine, world)
        entry, people = await office.recorded(), Register(edge, world)
        zhou = world["zhou"].person_id
        await people.leave(zhou)
        assert await office.shown("lin") == []
        await people.enter(person_id=zhou, since=TODAY)
        assert (await office.shown("lin"), await office.revealed(entry)) == ([MASKED], NUMBER)

    async def test_stays_the_homes_where_the_host_changes(self, office, world, owner_engine, edge):
        """A transfer to another township moves nobody's home, and so nothing of what the home keeps."""
        await keeps_a_register(owner_engine, world)
        await office.recorded()
        people = Register(edge, world)
        async with people.as_("tang") as work:
            await secondments.transfer(
                work,
                secondment_id=world.secondments["zhou"],
                host_id=world.bodies["aojiang"],
                order_number="平交〔2026〕4号",
                since=TODAY,
                reason="轮岗",
            )
        assert await office.shown("lin") == [MASKED]
        for host in ("gao", "pan"):
            assert await office.shown(host) == []
            with pytest.raises(NotPermitted):
                await office.recorded(kind="telephone", value=TELEPHONE, by=host)

    async def test_of_the_raw_table_is_shut_to_the_host_and_to_oversight(self, office):
        await office.recorded()
        for who, seen in (("gao", 0), ("wu", 0), ("lin", 1)):
            async with office.as_(who) as work:
                assert await work.session.scalar(text("select count(*) from personal_data")) == seen


class TestRevealing:
    async def test_gives_the_value_to_the_head_with_a_reason(self, office):
        entry = await office.recorded()
        assert await office.revealed(entry) == NUMBER

    @pytest.mark.parametrize("reason", ["", "  \n"])
    async def test_without_a_reason_gives_nothing(self, office, reason):
        entry = await office.recorded()
        with pytest.raises(ReasonNeeded):
            await office.revealed(entry, reason=reason)
        assert [action for action, _, _ in await office.lines()] == ["personal_data.recorded"]

    async def test_is_not_the_desks(self, office):
        entry = await office.recorded()
        with pytest.raises(NotPermitted):
            await office.revealed(entry, who="tang")

    async def test_leaves_a_line_with_the_reason_and_without_the_value(self, office, world):
        entry = await office.recorded()
        await office.revealed(entry)
        *_, (action, who, content) = await office.lines()
        assert (action, who) == ("personal_data.revealed", world["lin"].person_id)
        assert content == {
            "person": str(world["zhou"].person_id),
            "kind": "identity_number",
            "version": 1,
            "reason": "核对参保信息",
        }

    async def test_of_one_that_is_replaced_meanwhile_gives_the_one_that_was_seen_or_nothing(self, office):
        entry = await office.recorded()
        for turn in range(1, 9):
            value = ANOTHER if turn % 2 else NUMBER
            seen = NUMBER if turn % 2 else ANOTHER
            _, told = await asyncio.gather(
                office.do("tang", "replace", entry_id=entry.id, expected_version=turn, value=value),
                office.revealed(entry, expected_version=turn),
                return_exceptions=True,
            )
            assert told == seen or isinstance(told, Stale), turn

    async def test_with_another_key_of_the_same_name_says_that_it_does_not_fit(self, office):
        entry = await office.recorded()
        office.edge = changed(office.edge, keys=lambda: keys_of(changed(a_key("test"), sealing=b"x" * 32)))
        with pytest.raises(DoesNotOpen) as refused:
            await office.revealed(entry)
        assert NUMBER not in repr(refused.value) + refused.value.sentence("zh")
        assert [action for action, _, _ in await office.lines()] == ["personal_data.recorded"]

    async def test_without_its_key_names_the_key_that_is_missing(self, office):
        entry = await office.recorded()
        office.edge = changed(office.edge, keys=lambda: keys_of(a_key("new")))
        with pytest.raises(UnknownKey) as refused:
            await office.revealed(entry)
        assert "“test”" in refused.value.sentence("en")

    @pytest.mark.parametrize("key_id", ["test-old-aes", "test-old-sm", "test"])
    async def test_works_under_every_key_that_there_is(self, office, key_id):
        office.edge = changed(office.edge, keys=lambda: changed(KEYS, current_id=key_id))
        entry = await office.recorded()
        office.edge = changed(office.edge, keys=lambda: KEYS)
        assert (await office.rows())[0]["key_id"] == key_id
        assert await office.revealed(entry) == NUMBER
        assert await office.found(NUMBER) == {"zhou"}


class TestARow:
    @pytest.mark.parametrize(
        "column", ["person_id", "kind", "masked", "key_id", "sealed", "digest", "home_id", "id", "county_id"]
    )
    async def test_that_was_tampered_with_does_not_open(self, office, column):
        """Each column becomes what it is in another row that is in good order."""
        await office.recorded(whose="lin", kind="telephone", value="0577-63721234")
        await office.recorded()
        of_lin, of_zhou = (PersonalData(**row) for row in await office.rows())
        assert commands.opened(of_zhou, KEYS) == NUMBER
        strange = {"key_id": "test-old-aes", "home_id": of_zhou.id, "county_id": of_zhou.id}
        setattr(of_zhou, column, strange.get(column, getattr(of_lin, column)))
        with pytest.raises(DoesNotOpen):
            commands.opened(of_zhou, KEYS)

    async def test_has_nothing_of_the_number_but_the_mask(self, office):
        await office.recorded()
        (row,) = await office.rows()
        assert [
            name
            for name, value in row.items()
            if NUMBER in str(value) or NUMBER.encode() in bytes(str(value), "utf-8")
        ] == []
        assert row["masked"] == MASKED

    async def test_is_no_other_ones_by_its_digest(self, office, owner_engine):
        """The same number has another digest in another body, and in another county."""
        await office.recorded()
        await office.recorded(whose="huang", by="zheng")
        elsewhere = Office(office.edge, await a_county(owner_engine), owner_engine)
        await elsewhere.recorded()
        digests = {row["digest"] for row in (*await office.rows(), *await elsewhere.rows())}
        assert len(digests) == 3


class TestFinding:
    async def test_finds_exactly_whoever_has_the_number_however_it_is_written(self, office):
        await office.recorded(kind="telephone", value=TELEPHONE)
        await office.recorded(whose="lin", kind="telephone", value="+86 138-5771-2345")
        await office.recorded(whose="tang", kind="telephone", value="13857712346")
        assert await office.found("138 5771 2345", kind="telephone") == {"zhou", "lin"}
        assert await office.found("13857712347", kind="telephone") == set()

    async def test_crosses_neither_bodies_nor_counties(self, office, owner_engine):
        await office.recorded()
        elsewhere = Office(office.edge, await a_county(owner_engine), owner_engine)
        await elsewhere.recorded(whose="lin")
        assert await office.found(NUMBER) == {"zhou"}
        assert await elsewhere.found(NUMBER) == {"lin"}
        assert await office.found(NUMBER, who="huang") == set()
        assert await office.found(NUMBER, who="gao") == set()

    @pytest.mark.parametrize(
        ("who", "body"), [("tang", None), ("zhou", None), ("wu", None), ("zhou", "kunyang")]
    )
    async def test_is_for_whoever_may_reveal(self, office, who, body):
        await office.recorded()
        with pytest.raises(NotPermitted):
            await office.found(NUMBER, who=who, body=body)

    async def test_reads_an_index_under_row_security(self, office):
        """Only comparisons that leak nothing may be made before row security has had its say."""
        await office.crowded(300)
        async with office.as_("lin") as work:
            await work.session.execute(text("set local enable_seqscan = off"))
            plan = await work.session.scalars(
                text(
                    "explain select person_id from personal_data"
                    " where county_id = :county and home_id = :home and kind = 'telephone' and digest = :digest"
                ),
                {"county": work.county_id, "home": work.actor.tenant_id, "digest": b"x" * 32},
            )
            told = "\n".join(plan)
        assert "ix_personal_data_county_id_home_id_kind_digest" in told
        assert "digest = " in next(line for line in told.splitlines() if "Index Cond" in line)

    async def test_opens_nothing(self, office, monkeypatch):
        await office.recorded()
        monkeypatch.setattr("domain.personal_data.sealing.Key.open", None)
        assert await office.found(NUMBER) == {"zhou"}
        assert await office.shown("lin") == [MASKED]

    async def test_leaves_a_line_without_the_number(self, office, world):
        await office.recorded()
        await office.found(NUMBER)
        *_, (action, who, content) = await office.lines()
        assert (action, who) == ("personal_data.looked_for", world["lin"].person_id)
        assert content == {"kind": "identity_number", "found": [str(world["zhou"].person_id)]}


class TestTakingARightAway:
    async def test_of_reading_takes_everything(self, office):
        entry = await office.recorded()
        office.edge = without(office.edge, "read", "personal_data.entry")
        assert await office.shown("lin") == []
        assert await office.found(NUMBER) == set()
        with pytest.raises(NotFound):
            await office.revealed(entry)

    async def test_of_recording(self, office):
        entry = await office.recorded()
        office.edge = without(office.edge, "record", "personal_data.entry")
        with pytest.raises(NotPermitted):
            await office.recorded(kind="telephone", value=TELEPHONE)
        with pytest.raises(NotPermitted):
            await office.do("tang", "replace", entry_id=entry.id, expected_version=1, value=ANOTHER)

    async def test_of_removing(self, office):
        entry = await office.recorded()
        office.edge = without(office.edge, "remove", "personal_data.entry")
        with pytest.raises(NotPermitted):
            await office.do("lin", "remove", entry_id=entry.id, expected_version=1)

    async def test_of_revealing(self, office):
        entry = await office.recorded()
        office.edge = without(office.edge, "reveal", "personal_data.value")
        with pytest.raises(NotPermitted):
            await office.revealed(entry)

    async def test_of_finding(self, office):
        await office.recorded()
        office.edge = without(office.edge, "find", "personal_data.value")
        with pytest.raises(NotPermitted):
            await office.found(NUMBER)


class TestARosterThatIsTakenIn:
    async def keep(self, office, value, keys=KEYS, whose="zhou"):
        async with AsyncSession(office.owner, expire_on_commit=False) as session, session.begin():
            errand = Errand(session=session, county_id=office.world.county_id, now=NOW)
            person = office.world[whose]
            return await commands.keep(
                errand,
                keys,
                person_id=person.person_id,
                home_id=office.world.bodies[person.body],
                kind="identity_number",
                value=value,
            )

    async def test_keeps_what_it_says_and_says_nothing_twice(self, office):
        await self.keep(office, NUMBER)
        before = await office.rows()
        await self.keep(office, f" {NUMBER} ")
        assert await office.rows() == before
        kept = await self.keep(office, ANOTHER)
        assert kept.version == 2
        assert await office.shown("lin") == [ANOTHER_MASKED]
        assert await office.revealed(kept, expected_version=2) == ANOTHER
        assert [(action, who) for action, who, _ in await office.lines()][:2] == [
            ("personal_data.recorded", None),
            ("personal_data.replaced", None),
        ]

    async def test_needs_no_decryption_to_see_that_it_is_known_under_an_old_key(self, office, monkeypatch):
        await self.keep(office, NUMBER, changed(KEYS, current_id="test-old-sm"))
        monkeypatch.setattr("domain.personal_data.sealing.Key.open", None)
        assert (await self.keep(office, NUMBER)).version == 1
