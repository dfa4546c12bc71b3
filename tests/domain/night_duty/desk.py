"""A county of the tests whose bodies keep rosters: who plans, who swaps, each act in a transaction of its own."""

from domain.night_duty import commands, queries, swapping
from tests.domain.leave.desk import LeaveDesk


class NightDesk(LeaveDesk):
    """What people of one world do about night duty."""

    def people(self, *who):
        return [self.world[each].person_id for each in who]

    async def plan(self, *who, day, by="gao", body=None):
        async with self.as_(by, body) as work:
            return await commands.plan(work, day=day, people=self.people(*who))

    async def of_night(self, verb, duty, by="gao", body=None, version=None, **given):
        async with self.as_(by, body) as work:
            return await getattr(commands, verb)(
                work,
                duty_id=duty.id,
                expected_version=duty.version if version is None else version,
                **given,
            )

    async def propose(self, duty, other, by="chen", body=None):
        async with self.as_(by, body) as work:
            return await swapping.propose(work, duty_id=duty.id, other_duty_id=other.id)

    async def of_swap(self, verb, swap, by, body=None):
        async with self.as_(by, body) as work:
            return await getattr(swapping, verb)(work, swap_id=swap.id, expected_version=swap.version)

    async def roster(self, by="gao", body=None, side="roster"):
        """Who is on it by night, and what each night has come to."""
        names = {each.person_id: key for key, each in self.world.people.items()}
        async with self.as_(by, body) as work:
            found = await queries.page(work, wanted=queries.Wanted(side=side), span=queries.Span(most=50))
            conditions = await queries.conditions(work, found)
        return [
            (each.day, names[each.person_id], condition)
            for each, condition in zip(found, conditions, strict=True)
        ]
