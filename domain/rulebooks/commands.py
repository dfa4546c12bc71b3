"""Loading a rulebook: a text becomes a version, or is the version that is there already.

Provisioning: it runs with the schema owner's login, from the command line, in a transaction that its caller opens
and commits. No tenant can do it, because a county's rules are not a tenant's.

A version belongs to one layer, place and first day of validity. The same text again changes nothing; a changed text
for the same day corrects it and is a new version; a text for another day is a new version beside it. What was loaded
once is never removed, because matters name the rules they began under.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.organisations.models import Organisation
from domain.rulebooks.models import CountyRulebook, PlatformRulebook
from domain.rulebooks.queries import shelf_of
from domain.rulebooks.reader import PLATFORM, STATE
from domain.rulebooks.rules import Draft, Permit, Shelf, Version, parse
from domain.work import Errand
from tenancy.ids import new_id
from tenancy.models import CountyRow
from tenancy.refusals import Refusal


class UnknownCounty(Refusal):
    """The rulebook is of a county that this deployment does not serve."""

    code = "RULEBOOK_UNKNOWN_COUNTY"
    en = (
        '{file}: there is no county "{county}" here. Its code must be the one it was set up with. Correct it '
        "in the file."
    )
    zh = "{file}：本平台没有代码为“{county}”的县。代码须与建县时一致，请在文件中更正。"


class UnknownTownship(Refusal):
    """The rulebook is of a township that the county does not have."""

    code = "RULEBOOK_UNKNOWN_TOWNSHIP"
    en = '{file}: the county "{county}" has no township "{place}". Correct its code in the file.'
    zh = "{file}：县“{county}”没有代码为“{place}”的乡镇。请更正文件中的代码。"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: the version that now holds the text, and whether it is new."""

    layer: str
    place: str
    version: int
    is_new: bool
    policies_changed: bool = False


async def load(session: AsyncSession, *, text: str, name: str, now: datetime) -> Loaded:
    """Load one text into its layer. `name` is the file's.

    Raises `RulebookRefused` with every fault, `UnknownCounty`, `UnknownTownship`.
    """
    draft = parse(text, name=name)
    if draft.place in (STATE, PLATFORM):
        return await _load_below(session, draft, now=now)
    return await _load_county(session, draft, now=now)


async def _load_below(session: AsyncSession, draft: Draft, *, now: datetime) -> Loaded:
    """A layer that every county stands on: each county's rulebook changes with it, and each has it on record."""
    counties = (
        (await session.execute(select(CountyRow.county_id).order_by(CountyRow.county_id).with_for_update()))
        .scalars()
        .all()
    )
    same_day = select(PlatformRulebook.version, PlatformRulebook.digest).where(
        PlatformRulebook.layer == draft.layer, PlatformRulebook.valid_from == draft.valid_from
    )
    latest = (
        await session.execute(same_day.order_by(PlatformRulebook.version.desc()).limit(1))
    ).one_or_none()
    if latest is not None and latest.digest == draft.digest:
        return Loaded(draft.layer, draft.place, latest.version, is_new=False)
    highest = select(func.coalesce(func.max(PlatformRulebook.version), 0))
    number = (await session.execute(highest.where(PlatformRulebook.layer == draft.layer))).scalar_one() + 1
    identifier = new_id()
    await session.execute(
        insert(PlatformRulebook).values(
            id=identifier,
            layer=draft.layer,
            version=number,
            text=draft.text,
            digest=draft.digest,
            valid_from=draft.valid_from,
            valid_until=draft.valid_until,
            loaded_at=now,
        )
    )
    # The platform's split of powers answers where a county is silent, so any county's rights may be others now.
    splits = draft.layer == "platform"
    await _raise_versions(session, counties, policies=splits)
    for county_id in counties:
        await _leave_a_line(session, county_id, identifier, draft, number=number, now=now)
    return Loaded(draft.layer, draft.place, number, is_new=True, policies_changed=splits)


async def _load_county(session: AsyncSession, draft: Draft, *, now: datetime) -> Loaded:
    county_id = await _county_held(session, draft)
    if draft.layer == "township":
        await _must_have_township(session, county_id, draft)
    of_place = (
        CountyRulebook.county_id == county_id,
        CountyRulebook.layer == draft.layer,
        CountyRulebook.place == draft.place,
    )
    same_day = select(CountyRulebook.version, CountyRulebook.digest).where(
        *of_place, CountyRulebook.valid_from == draft.valid_from
    )
    latest = (await session.execute(same_day.order_by(CountyRulebook.version.desc()).limit(1))).one_or_none()
    if latest is not None and latest.digest == draft.digest:
        return Loaded(draft.layer, draft.place, latest.version, is_new=False)
    number = (
        await session.execute(select(func.coalesce(func.max(CountyRulebook.version), 0)).where(*of_place))
    ).scalar_one() + 1
    before = await shelf_of(session, county_id)
    identifier = new_id()
    await session.execute(
        insert(CountyRulebook).values(
            county_id=county_id,
            id=identifier,
            layer=draft.layer,
            place=draft.place,
            version=number,
            text=draft.text,
            digest=draft.digest,
            valid_from=draft.valid_from,
            valid_until=draft.valid_until,
            loaded_at=now,
        )
    )
    after = Shelf([*before.versions, Version(number, draft)], county=before.county)
    changed = split_differs(before, after)
    await _raise_versions(session, [county_id], policies=changed)
    await _leave_a_line(session, county_id, identifier, draft, number=number, now=now)
    return Loaded(draft.layer, draft.place, number, is_new=True, policies_changed=changed)


def split_differs(before: Shelf, after: Shelf) -> bool:
    """Whether the split of powers is another on any day: compared on each day on which either could change."""
    turns = {version.draft.valid_from for version in (*before.versions, *after.versions)} | {
        version.draft.valid_until + timedelta(days=1)
        for version in (*before.versions, *after.versions)
        if version.draft.valid_until is not None
    }

    def split(shelf: Shelf) -> list[frozenset[Permit]]:
        return [shelf.on(day).permits() for day in sorted(turns)]

    return split(before) != split(after)


async def _county_held(session: AsyncSession, draft: Draft) -> UUID:
    """The county's id, its row held, so that two loads number their versions one after the other."""
    held = select(CountyRow.county_id).where(CountyRow.code == draft.county).with_for_update()
    found = (await session.execute(held)).scalar_one_or_none()
    if found is None:
        raise UnknownCounty(file=draft.name, county=draft.county)
    return found


async def _must_have_township(session: AsyncSession, county_id: UUID, draft: Draft) -> None:
    known = await session.execute(
        select(Organisation.id).where(
            Organisation.county_id == county_id,
            Organisation.code == draft.place,
            Organisation.kind == "township",
        )
    )
    if known.scalar_one_or_none() is None:
        raise UnknownTownship(file=draft.name, county=draft.county, place=draft.place)


async def _raise_versions(session: AsyncSession, counties: Sequence[UUID], *, policies: bool) -> None:
    if not counties:
        return
    await session.execute(
        update(CountyRow)
        .where(CountyRow.county_id.in_(counties))
        .values(
            rulebook_version=CountyRow.rulebook_version + 1,
            policy_version=CountyRow.policy_version + (1 if policies else 0),
        )
        .execution_options(synchronize_session=False)
    )


async def _leave_a_line(
    session: AsyncSession, county_id: UUID, identifier: UUID, draft: Draft, *, number: int, now: datetime
) -> None:
    await record(
        Errand(session=session, county_id=county_id, now=now),
        action="rulebook.loaded",
        subject_kind="rulebook",
        subject_id=identifier,
        content={
            "layer": draft.layer,
            "place": draft.place,
            "version": number,
            "title": draft.title,
            "sha256": draft.digest.hex(),
            "valid_from": draft.valid_from.isoformat(),
            "valid_until": draft.valid_until.isoformat() if draft.valid_until else None,
        },
    )
