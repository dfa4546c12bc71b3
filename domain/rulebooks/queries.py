"""Reading rulebooks: the shelf of a county, as loaded, and what stands on it for those who ask.

The shelf is made from the texts themselves, so that no second copy of a number can disagree with the first. Whoever
asks often keeps it by the county's rulebook version (`domain/edge.py`); nothing is kept here but parsed texts, which
never change.
"""

from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.rulebooks.models import CountyRulebook, PlatformRulebook
from domain.rulebooks.reader import parse
from domain.rulebooks.registry import LAYERS
from domain.rulebooks.rules import Draft, Shelf, Version
from tenancy.models import CountyRow
from tenancy.refusals import Refusal

TEXTS_KEPT = 256
"""The layers below are the same text for every county: parsed once, not once per county (about 4 ms each)."""


class UnknownVersion(Refusal):
    """No such version of a rulebook was ever loaded here."""

    code = "RULEBOOK_UNKNOWN_VERSION"
    en = 'Version {number} of the rulebook of "{place}" was never loaded here. Choose one that was.'
    zh = "本平台没有载入过“{place}”规程的第{number}版，请选择已载入的版本。"


async def loaded(session: AsyncSession, *, place: str, number: int) -> tuple[Draft, list[Draft]]:
    """One version as it was loaded, and every text of the layers that its place stands on, in the order of loading.

    `place` is a county's code, "pingyang/kunyang" for its township, or one of the two layers below. For whoever has
    the schema owner's login: it looks into any county. Raises `UnknownVersion`.
    """
    county, _, township = place.partition("/")
    identifier = await session.scalar(select(CountyRow.county_id).where(CountyRow.code == county))
    if identifier is not None:
        layer, code = ("township", township) if township else ("county", county)
        versions = (await shelf_of(session, identifier)).versions
        found = [each.draft for each in versions if _is(each, layer, number) and each.draft.place == code]
    else:
        versions = tuple(await _below(session)) if place in LAYERS else ()
        found = [each.draft for each in versions if _is(each, place, number)]
    if not found:
        raise UnknownVersion(place=place, number=number)
    in_order = sorted(versions, key=lambda each: each.number)
    return found[0], [each.draft for each in in_order if each.draft.place != found[0].place]


def _is(version: Version, layer: str, number: int) -> bool:
    return (version.draft.layer, version.number) == (layer, number)


async def shelf_of(session: AsyncSession, county_id: UUID) -> Shelf:
    """Every version of every layer that concerns the county. Any login may read it, in any scope of the county."""
    code = (
        await session.execute(select(CountyRow.code).where(CountyRow.county_id == county_id))
    ).scalar_one()
    own = await session.execute(
        select(CountyRulebook.layer, CountyRulebook.version, CountyRulebook.text, CountyRulebook.place).where(
            CountyRulebook.county_id == county_id
        )
    )
    versions = [Version(row.version, _parsed(row.text, f"{row.place} v{row.version}")) for row in own]
    return Shelf([*await _below(session), *versions], county=code)


async def _below(session: AsyncSession) -> list[Version]:
    """The versions that every county stands on."""
    rows = await session.execute(
        select(PlatformRulebook.layer, PlatformRulebook.version, PlatformRulebook.text)
    )
    return [Version(row.version, _parsed(row.text, f"{row.layer} v{row.version}")) for row in rows]


@lru_cache(maxsize=TEXTS_KEPT)
def _parsed(text: str, name: str) -> Draft:
    return parse(text, name=name)
