"""The inbox shows what each living post of a person shows by itself, put together, and nothing besides."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from domain.assignments.models import Assignment
from domain.inbox import queries
from domain.notifications import commands as notifications
from domain.notifications import queries as notices
from domain.notifications.models import Notification
from domain.referrals import queries as referrals
from domain.referrals.filters import Filter, Wanted
from domain.referrals.models import Referral
from domain.spans import Span
from domain.staff import commands as staff
from domain.substitutions.models import Substitution
from tenancy.ids import new_id
from tenancy.models import Account, Capacity, Session
from tenancy.posts import OPEN_POST, in_post
from tenancy.transactions import CapacityRefused, Credentials
from tests.domain.lineage.office import MERGED, on_record
from tests.domain.referrals.crowd import a_referral
from tests.worlds import NOW, a_county

AN_HOUR = timedelta(hours=1)


class Desk:
    """Zhou, with several posts, and what lies in each."""

    def __init__(self, edge, owner_engine, world):
        self.edge, self.owner, self.world = edge, owner_engine, world
        self.posts = {"transport": self.of("zhou", "transport"), "kunyang": self.of("zhou", "kunyang")}

    def of(self, who, body):
        return self.world[who].capacities[body]

    def acting_in(self, post):
        return Credentials(token=self.world["zhou"].token, acting_as=str(post))

    async def run(self, *statements):
        async with self.owner.begin() as connection:
            for each in statements:
                await connection.execute(each)

    async def another_post(self, body, *roles, since=NOW - AN_HOUR, until=None, county=None, person=None):
        identifier = new_id()
        await self.run(
            insert(Capacity).values(
                county_id=county or self.world.county_id,
                id=identifier,
                person_id=person or self.world["zhou"].person_id,
                tenant_id=body if isinstance(body, UUID) else self.world.bodies[body],
                post="兼任",
                roles=list(roles),
                since=since,
                until=until,
            )
        )
        return identifier

    async def notice(self, body, post, *, at=NOW, read_at=None, person=None, county=None):
        identifier = new_id()
        await self.run(
            insert(Notification).values(
                county_id=county or self.world.county_id,
                id=identifier,
                owner_id=body if isinstance(body, UUID) else self.world.bodies[body],
                capacity_id=post,
                person_id=person or self.world["zhou"].person_id,
                number=1 + new_id().int % (2**31 - 2),
                announcement_id=new_id(),
                kind="referral.sent",
                subject_kind="referral",
                subject_id=new_id(),
                facts={},
                announced_at=at,
                read_at=read_at,
            )
        )
        return identifier

    async def claim(self, body, post, matter, *, at=NOW, person=None):
        identifier = new_id()
        await self.run(
            insert(Assignment).values(
                county_id=self.world.county_id,
                id=identifier,
                owner_id=self.world.bodies[body],
                subject_kind="referral",
                subject_id=matter,
                capacity_id=post,
                person_id=person or self.world["zhou"].person_id,
                claimed_at=at,
                since=at,
            )
        )
        return identifier

    async def matter(self, random, **wanted):
        while True:
            row = a_referral(random, self.world, random.randrange(10**9)) | {"id": new_id()}
            if all(row[name] == value for name, value in wanted.items()):
                await self.run(insert(Referral).values(row))
                return row

    async def inbox(self, post):
        """What the inbox holds, asked from a post: by post, kind and what it is about."""
        async with self.edge.reading(self.acting_in(post)) as work:
            entries = await queries.page(work, span=Span(most=1000))
            assert await queries.count(work) == len(entries)
            assert len({entry.id for entry in entries}) == len(entries)
            return {
                (entry.post.id, entry.kind, entry.id if entry.kind == "notice" else entry.subject_id)
                for entry in entries
            }

    async def singly(self, posts):
        """What each post shows by itself, by the lists of each capability; nothing, where the request is refused."""
        found = set()
        for post in posts:
            try:
                async with self.edge.reading(self.acting_in(post)) as work:
                    unread = await notices.inbox(work, by=notices.Filter(unread=True), span=Span(most=1000))
                    found |= {(post, "notice", each.id) for each in unread}
                    for box in ("sent", "received"):
                        mine = Wanted(box=box, filter=Filter(open=True, claimed_by=frozenset({"mine"})))
                        found |= {
                            (post, "in_hand", each)
                            async for each in referrals.ids(work, wanted=mine, age="newest")
                        }
            except CapacityRefused:
                continue
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def desk(edge, owner_engine, world):
    return Desk(edge, owner_engine, world)


class TestTheInbox:
    @pytest.mark.parametrize("seed", range(6))
    async def test_is_what_each_post_shows_by_itself(self, desk, seed):
        random, world = Random(seed), desk.world
        posts = {**{post: body for body, post in desk.posts.items()}}
        for body, roles, since, until in (
            ("agriculture", ["head"], NOW - AN_HOUR, None),
            ("shuitou", ["officer", "registrar"], NOW - 2 * AN_HOUR, NOW - AN_HOUR),
            ("shuitou", ["officer"], NOW + AN_HOUR, None),
            ("justice", ["supervisor"], NOW - AN_HOUR, None),
            ("aojiang", ["personnel"], NOW - AN_HOUR, NOW + AN_HOUR),
        ):
            if random.random() < 0.8:
                posts[await desk.another_post(body, *roles, since=since, until=until)] = body
        strangers = {desk.of(who, world[who].body): (who, world[who].body) for who in ("lin", "gao", "wen")}
        for post, body in posts.items():
            for _ in range(random.randrange(4)):
                await desk.notice(body, post, read_at=random.choice((None, None, NOW)))
        for post, (who, body) in strangers.items():
            await desk.notice(body, post, person=world[who].person_id)
        by_body = {identifier: code for code, identifier in world.bodies.items()}
        for _ in range(25):
            matter = await desk.matter(random)
            for side in ("from_id", "to_id"):
                body = by_body.get(matter[side])
                held = [post for post, where in posts.items() if where == body]
                if held and random.random() < 0.8:
                    await desk.claim(body, random.choice(held), matter["id"])
                else:
                    for post, (who, where) in strangers.items():
                        if where == body:
                            await desk.claim(body, post, matter["id"], person=world[who].person_id)
        expected = await desk.singly(posts)
        assert {kind for _, kind, _ in expected} == {"notice", "in_hand"}
        assert len({post for post, _, _ in expected}) > 1
        for post in posts:
            try:
                assert await desk.inbox(post) == expected
            except CapacityRefused:
                assert not [each for each in expected if each[0] == post]

    async def test_loses_a_post_with_the_next_request(self, desk):
        told = await desk.notice("kunyang", desk.posts["kunyang"])
        matter = await desk.matter(Random(1), to_id=desk.world.bodies["kunyang"], state="sent")
        await desk.claim("kunyang", desk.posts["kunyang"], matter["id"])
        own = await desk.notice("transport", desk.posts["transport"])
        here = desk.posts["transport"]
        assert await desk.inbox(here) == {
            (desk.posts["kunyang"], "notice", told),
            (desk.posts["kunyang"], "in_hand", matter["id"]),
            (here, "notice", own),
        }
        await desk.run(update(Capacity).where(Capacity.id == desk.posts["kunyang"]).values(until=NOW))
        assert await desk.inbox(here) == {(here, "notice", own)}
        with pytest.raises(CapacityRefused):
            await desk.inbox(desk.posts["kunyang"])

    async def test_loses_a_post_in_a_body_that_is_no_more(self, desk):
        post = await desk.another_post("agriculture", "officer")
        await desk.notice("agriculture", post)
        assert len(await desk.inbox(desk.posts["kunyang"])) == 1
        change = MERGED.replace('to = ["agriculture"]', 'to = ["transport"]')
        await on_record(desk.owner, desk.world, change, since=NOW.date())
        assert await desk.inbox(desk.posts["kunyang"]) == set()

    async def test_is_never_of_another_county(self, desk):
        """Somebody there has the very same id, and so have things that wait for them."""
        there = await a_county(desk.owner)
        zhou = desk.world["zhou"].person_id
        async with desk.owner.begin() as connection:
            people = {zhou: staff.Officer("周交", home_id=there.bodies["transport"])}
            await staff.enter(connection, county_id=there.county_id, officers=people)
        body = there.bodies["transport"]
        post = await desk.another_post(body, "officer", county=there.county_id)
        await desk.notice(body, post, county=there.county_id)
        assert await desk.inbox(desk.posts["transport"]) == set()
        async with (
            desk.edge.reading(desk.acting_in(desk.posts["transport"])) as work,
            in_post(work.session, work.actor, post, now=work.now) as actor,
        ):
            assert actor is None

    async def test_shows_what_is_lent_to_a_post_as_long_as_it_is(self, desk):
        """In a post that reads no assignments by itself, claims are seen while an officer's role is lent to it."""
        post = await desk.another_post("transport", "personnel")
        matter = await desk.matter(Random(2), from_id=desk.world.bodies["transport"], state="sent")
        await desk.claim("transport", post, matter["id"])
        waits = {(post, "in_hand", matter["id"])}
        assert await desk.inbox(desk.posts["kunyang"]) == set() == await desk.singly([post])
        substitution = new_id()
        await desk.run(
            insert(Substitution).values(
                county_id=desk.world.county_id,
                id=substitution,
                owner_id=desk.world.bodies["transport"],
                absent_id=desk.of("lin", "transport"),
                substitute_id=post,
                roles=["head"],
                since=NOW - AN_HOUR,
                until=NOW + AN_HOUR,
                reason="外出",
                version=1,
                appointed_by=desk.world["lin"].person_id,
                appointed_at=NOW - AN_HOUR,
            )
        )
        assert await desk.inbox(desk.posts["kunyang"]) == waits == await desk.singly([post])
        await desk.run(delete(Substitution).where(Substitution.id == substitution))
        assert await desk.inbox(desk.posts["kunyang"]) == set()

    async def test_loses_what_was_read_or_came_to_its_end(self, desk):
        here = desk.posts["transport"]
        told = await desk.notice("transport", here)
        matter = await desk.matter(Random(3), from_id=desk.world.bodies["transport"], state="sent")
        await desk.claim("transport", here, matter["id"])
        assert len(await desk.inbox(desk.posts["kunyang"])) == 2
        async with desk.edge.writing(desk.acting_in(here)) as work:
            await notifications.mark_read(work, notification_id=told)
        await desk.run(update(Referral).where(Referral.id == matter["id"]).values(state="withdrawn"))
        assert await desk.inbox(desk.posts["kunyang"]) == set()

    @pytest.mark.parametrize("age", ["newest", "oldest"])
    async def test_is_walked_page_by_page_in_one_order(self, desk, age):
        random = Random(4)
        at = [NOW - timedelta(minutes=random.randrange(5)) for _ in range(12)]
        for nth, instant in enumerate(at):
            body = ("transport", "kunyang")[nth % 2]
            if nth % 3:
                await desk.notice(body, desk.posts[body], at=instant)
            else:
                side = {"transport": "from_id", "kunyang": "to_id"}[body]
                matter = await desk.matter(random, **{side: desk.world.bodies[body], "state": "sent"})
                await desk.claim(body, desk.posts[body], matter["id"], at=instant)
        async with desk.edge.reading(desk.acting_in(desk.posts["kunyang"])) as work:
            whole = await queries.page(work, age=age, span=Span(most=100))
            assert [each.at for each in whole] == sorted(at, reverse=age == "newest")
            walked, after = [], None
            while part := await queries.page(work, age=age, span=Span(most=5, after=after)):
                walked, after = [*walked, *part], part[-1].place
            assert [each.id for each in walked] == [each.id for each in whole]
            back, before = [], None
            while part := await queries.page(work, age=age, span=Span(most=5, before=before, backward=True)):
                back, before = [*back, *part], part[-1].place
            assert [each.id for each in reversed(back)] == [each.id for each in whole]


class TestLookingIntoAnotherPost:
    SCOPE = text("select me(), county(), person(), overseen()")

    async def test_leaves_the_scope_as_it_was(self, desk):
        overseeing = await desk.another_post("justice", "supervisor")
        async with desk.edge.reading(desk.acting_in(desk.posts["kunyang"])) as work:
            before = (await work.session.execute(self.SCOPE)).one()
            async with in_post(work.session, work.actor, overseeing, now=work.now) as actor:
                there = (await work.session.execute(self.SCOPE)).one()
                assert there == (
                    desk.world.bodies["justice"],
                    work.county_id,
                    work.actor.person_id,
                    work.county_id,
                )
                assert actor == replace(actor, capacity_id=overseeing)
            assert (await work.session.execute(self.SCOPE)).one() == before
            with pytest.raises(KeyError):
                async with in_post(work.session, work.actor, overseeing, now=work.now):
                    raise KeyError
            assert (await work.session.execute(self.SCOPE)).one() == before

    @pytest.mark.parametrize("who", ["lin", "gao"])
    async def test_opens_no_post_of_somebody_else(self, desk, who):
        """Neither by naming a colleague's post, nor with a colleague's session."""
        theirs = desk.of(who, desk.world[who].body)
        async with desk.owner.connect() as connection:
            session = await connection.scalar(
                select(Session.id).where(Session.account_id == desk.world[who].account_id)
            )
        async with desk.edge.reading(desk.acting_in(desk.posts["kunyang"])) as work:
            before = (await work.session.execute(self.SCOPE)).one()
            async with in_post(work.session, work.actor, theirs, now=work.now) as actor:
                assert actor is None
            foreign = replace(work.actor, session_id=session)
            async with in_post(work.session, foreign, theirs, now=work.now) as actor:
                assert actor is None
            assert (await work.session.execute(self.SCOPE)).one() == before

    async def test_ends_with_the_session_and_the_account(self, desk):
        post = desk.posts["transport"]
        async with desk.edge.reading(desk.acting_in(desk.posts["kunyang"])) as work:
            later = work.now + timedelta(days=9999)
            async with in_post(work.session, work.actor, post, now=later) as actor:
                assert actor is None
        await desk.run(
            update(Account).where(Account.id == desk.world["zhou"].account_id).values(disabled_at=NOW)
        )
        async with desk.owner.begin() as connection:
            await connection.execute(
                select(
                    func.set_config("gongguan.county", str(desk.world.county_id), True),
                    func.set_config("gongguan.person", str(desk.world["zhou"].person_id), True),
                )
            )
            session = await connection.scalar(
                select(Session.id).where(Session.account_id == desk.world["zhou"].account_id)
            )
            found = (await connection.exec_driver_sql(OPEN_POST, (session, post, NOW))).one()
            assert found.problem == "UNAUTHENTICATED"

    async def test_needs_a_scope(self, desk):
        async with desk.owner.connect() as connection:
            session = await connection.scalar(
                select(Session.id).where(Session.account_id == desk.world["zhou"].account_id)
            )
        async with desk.edge.engines.reading.connect() as connection, connection.begin():
            with pytest.raises(DBAPIError):
                await connection.exec_driver_sql(OPEN_POST, (session, desk.posts["transport"], NOW))
