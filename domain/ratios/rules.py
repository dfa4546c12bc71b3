"""Which ratios a body has, whether one is met, and of which days they are told. Pure, and in whole numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, get_args

from tenancy.refusals import Refusal

Kind = Literal["below", "centre", "reviewers", "leaders"]

KINDS: tuple[Kind, ...] = get_args(Kind)

DEMANDED_BY: Mapping[Kind, str] = MappingProxyType(
    {
        "below": "staff.share_below",
        "centre": "staff.centre_staff",
        "reviewers": "staff.reviewers_share",
        "leaders": "staff.leaders_in_all",
    }
)
"""The rulebook's entry that says how much there must be. Of a centre and of leaders it is people, of the others a percentage."""

AT_MOST: frozenset[Kind] = frozenset({"leaders"})
"""Of what there must be no more than that; of all else no less."""

OF_KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {"department": ("below",), "township": ("centre", "reviewers", "leaders")}
)
"""What a body of a kind has."""

OF_THE_COUNTY: tuple[Kind, ...] = ("below", "reviewers")
"""What the county has as a whole. How many a centre has, and who leads, can only be asked of one township."""

MONTH_ENDS_AT_MOST = 36


class TooManyMonths(Refusal):
    """More month ends than are told at once."""

    code = "RATIOS_TOO_MANY_MONTHS"
    en = "Ratios are told of {most} month ends at most. Choose between 0 and {most}, or an earlier day to look further back."
    zh = "一次最多统计{most}个月末。请在0至{most}之间选择，或者改选更早的统计日期。"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are on a day; and of how many, where it is a share."""

    counted: int
    out_of: int | None


def is_met(kind: Kind, counted: Counted, demand: int | None) -> bool | None:
    """Whether what is demanded is there; None where nothing is, or nobody is there to be counted."""
    if not demand or counted.out_of == 0:
        return None
    if kind in AT_MOST:
        return counted.counted <= demand
    if counted.out_of is None:
        return counted.counted >= demand
    return counted.counted * 100 >= demand * counted.out_of


def days(on: date, *, month_ends: int) -> Sequence[date]:
    """The day, after so many month ends before it, in their order; none before the calendar begins. Raises `TooManyMonths`."""
    if not 0 <= month_ends <= MONTH_ENDS_AT_MOST:
        raise TooManyMonths(field="month_ends", most=MONTH_ENDS_AT_MOST)
    told = [on]
    while len(told) <= month_ends and (first := told[-1].replace(day=1)) > date.min:
        told.append(first - timedelta(days=1))
    return told[::-1]
