"""What may be entered of somebody, when it may change, and when somebody may leave. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tenancy.refusals import Refusal

A_DAY = timedelta(days=1)


class NewOrKnown(Refusal):
    """Somebody is to be entered by a name and as a known person at once, or by neither."""

    code = "STAFF_NEW_OR_KNOWN"
    en = "Give the name of somebody new, or choose a person who is known already; not both."
    zh = "请填写新进人员的姓名，或者选择已有人员，二者只能选一。"


class OnTheRegisterAlready(Refusal):
    """Somebody is entered who stands on the register."""

    code = "STAFF_ON_THE_REGISTER_ALREADY"
    en = "{name} is on the register until {until} at least. Change that entry, or choose a later first day."
    zh = "{name}至{until}仍在名册。请变更原登记，或者选择更晚的起始日期。"


class NotOnTheRegister(Refusal):
    """Somebody is to be changed or to leave who is not on the register."""

    code = "STAFF_NOT_ON_THE_REGISTER"
    en = "{name} is not on the register now. Enter them first."
    zh = "{name}目前不在名册，请先登记。"


class ChangedEarlier(Refusal):
    """A change would hold from a day before the entry that it follows."""

    code = "STAFF_CHANGED_EARLIER"
    en = (
        "The present entry holds from {since} on. Choose that day to correct it, or a later one to change it."
    )
    zh = "现登记自{since}起有效。更正请选择该日，变更请选择其后的日期。"


class LeavesBefore(Refusal):
    """A change would hold from a day on which somebody has left."""

    code = "STAFF_LEAVES_BEFORE"
    en = "{name} leaves, and {last} is the last day on the register. Choose that day or an earlier one; whoever comes back is entered again."
    zh = "{name}将离岗，在册至{last}。变更请选择该日或者以前的日期；返岗的请重新登记。"


class TooFar(Refusal):
    """A day that is farther away than anything is put on record for."""

    code = "STAFF_TOO_FAR"
    en = "{day} is too far away. Choose a day from {earliest} to {latest}."
    zh = "{day}超出可登记的日期范围，请在{earliest}至{latest}之间选择。"


class NothingChanges(Refusal):
    """A change that says what is there already."""

    code = "STAFF_NOTHING_CHANGES"
    en = "This is what the register says already. Give what changes."
    zh = "与现登记一致，没有变更内容。请填写需要变更的项目。"


class EstablishmentLocked(Refusal):
    """The establishment of somebody seconded would change who is locked."""

    code = "STAFF_ESTABLISHMENT_LOCKED"
    en = "{name} is seconded, and the establishment of seconded staff is locked ({source}). End the secondment first."
    zh = "{name}在派驻期间，下沉人员编制已锁定（{source}）。请先终止派驻。"


class HoldsWhatAuxiliariesMayNot(Refusal):
    """Somebody with a certificate or an officer's post would become an auxiliary."""

    code = "STAFF_HOLDS_WHAT_AUXILIARIES_MAY_NOT"
    en = (
        "{name} has an enforcement certificate or an officer's post, and auxiliaries only assist. "
        "Let them leave, which takes both away, and enter them again."
    )
    zh = "{name}持有行政执法证或者担任执法岗位，而辅助人员只能从事辅助性工作。请先办理离岗（一并收回），再重新登记。"


class LeavesTooEarly(Refusal):
    """Somebody would leave before they came, or on a day that is over."""

    code = "STAFF_LEAVES_TOO_EARLY"
    en = "The first day without them must be {earliest} or later. Choose such a day."
    zh = "离岗日期不得早于{earliest}，请更正。"


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What somebody is at home."""

    unit_id: UUID
    register: str
    establishment: str
    post: str
    rank: str | None


def either(name: str | None, person_id: UUID | None) -> None:
    """Whether it is said who is entered, once. Raises `NewOrKnown`."""
    if (name is None) is (person_id is None):
        raise NewOrKnown(field="name")


def enterable(since: date, until: date | None, *, entered: bool, name: str) -> None:
    """Whether somebody can be entered from a day on whose last entry, if there is one, ends so.

    Raises `OnTheRegisterAlready`.
    """
    if entered and (until is None or since <= until):
        said = "—" if until is None else until.isoformat()
        raise OnTheRegisterAlready(field="since", name=name, until=said)


def on_the_register(until: date | None, *, entered: bool, today: date, name: str) -> None:
    """Whether somebody stands on the register whose last entry, if there is one, ends so. Raises `NotOnTheRegister`."""
    if not entered or (until is not None and until < today):
        raise NotOnTheRegister(field="person_id", name=name)


def within_reach(day: date, *, earliest: date, latest: date, field: str) -> None:
    """Whether a day is near enough to be put on record. Raises `TooFar`."""
    if not earliest <= day <= latest:
        raise TooFar(
            field=field, day=day.isoformat(), earliest=earliest.isoformat(), latest=latest.isoformat()
        )


def changes(
    before: What, after: What, *, held_since: date, until: date | None, since: date, name: str
) -> None:
    """Whether an entry that holds from a day until another changes from a third one on.

    Raises `ChangedEarlier`, `LeavesBefore`, `NothingChanges`.
    """
    if since < held_since:
        raise ChangedEarlier(field="since", since=held_since.isoformat())
    if until is not None and since > until:
        raise LeavesBefore(field="since", name=name, last=until.isoformat())
    if after == before:
        raise NothingChanges


def keeps_what_is_locked(before: What, after: What, *, locked_by: str | None, name: str) -> None:
    """Whether the establishment stays as it is while it is locked, by what is cited. Raises `EstablishmentLocked`."""
    if locked_by is not None and after.establishment != before.establishment:
        raise EstablishmentLocked(field="establishment", name=name, source=locked_by)


def can_only_assist(after: What, *, certified: bool, roles: Collection[str], name: str) -> None:
    """Whether whoever becomes an auxiliary has nothing that auxiliaries may not. Raises `HoldsWhatAuxiliariesMayNot`."""
    if after.register == "auxiliary" and (certified or roles):
        raise HoldsWhatAuxiliariesMayNot(field="register", name=name)


def leaves(since: date, *, leaves_on: date, today: date) -> date:
    """The last day of whoever leaves, where the present entry holds since a day. Raises `LeavesTooEarly`."""
    earliest = max(today, since + A_DAY)
    if leaves_on < earliest:
        raise LeavesTooEarly(field="leaves_on", earliest=earliest.isoformat())
    return leaves_on - A_DAY
