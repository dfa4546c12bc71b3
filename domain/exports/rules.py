"""What may become of an export, and in which words it is refused or fails. Pure; limits come from the rulebook."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tenancy.refusals import Language, Refusal

State = Literal["waiting", "running", "done", "failed", "cancelled", "expired"]
Act = Literal["take", "finish", "fail", "cancel", "expire"]

# Act → the states in which it can be done and the state it leads to.
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State]] = {
    "take": (frozenset({"waiting", "running"}), "running"),
    "finish": (frozenset({"running"}), "done"),
    "fail": (frozenset({"running"}), "failed"),
    "cancel": (frozenset({"waiting", "running"}), "cancelled"),
    "expire": (frozenset({"done"}), "expired"),
}

STATES_ZH: Mapping[State, str] = {
    "waiting": "排队中",
    "running": "导出中",
    "done": "已完成",
    "failed": "已失败",
    "cancelled": "已取消",
    "expired": "已过期",
}

UNDER_WAY: frozenset[State] = frozenset({"waiting", "running"})

ATTEMPTS_AT_MOST = 5
"""An export that ended its worker so often would end the next one too."""

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LONGEST_NAME = 80


class ExportEnded(Refusal):
    """The export has come to an end; there is nothing to cancel any more."""

    code = "EXPORT_ENDED"
    en = "This export is {state} already and cannot be cancelled. Export again if you need it."
    zh = "该导出{state_zh}，不能再取消。如有需要，请重新导出。"


class TooManyExports(Refusal):
    """As many exports are under way as the rulebook allows."""

    code = "EXPORT_TOO_MANY"
    en = "{whose} may have {most} exports waiting or running. Wait for one to end, or cancel one."
    zh = "{whose_zh}同时排队和进行的导出最多{most}个。请等待其中一个结束，或者取消一个。"


class ExportNotReady(Refusal):
    """There is no file: the export is under way, or came to an end without one."""

    code = "EXPORT_NOT_READY"
    en = "This export is {state}: it has no file. Wait until it is done, or export again."
    zh = "该导出{state_zh}，没有可下载的文件。请等待导出完成，或者重新导出。"


class ExportExpired(Refusal):
    """The file was kept as long as the rulebook says, and is gone."""

    code = "EXPORT_EXPIRED"
    en = "The file of this export was kept until {until} and is gone. Export again."
    zh = "该导出文件保存至{until}，现已清除。请重新导出。"


class RightsEnded(Refusal):
    """While it ran, the sign-in or the post in which it was asked for came to an end."""

    code = "EXPORT_RIGHTS_ENDED"
    en = (
        "It was stopped because the sign-in or the post in which it was asked for ended meanwhile. Nothing "
        "was kept. Sign in again and export in a post that you hold."
    )
    zh = "导出期间，申请时的登录或者任职身份已经终止，导出随即中止，未保留任何内容。请重新登录，并以现有任职身份重新导出。"


class RightsChanged(Refusal):
    """While it ran, what the post may read changed; half of one view and half of another are no ledger."""

    code = "EXPORT_RIGHTS_CHANGED"
    en = "It was stopped because the rights of your post changed meanwhile. Nothing was kept; export again."
    zh = "导出期间，您的岗位权限发生变化，导出随即中止，未保留任何内容。请重新导出。"


class RegisterChanged(Refusal):
    """The register is asked in another way than when the export was asked for: a release came in between."""

    code = "EXPORT_REGISTER_CHANGED"
    en = (
        "The register has changed since it was asked for and does not know its filter any more. Export again."
    )
    zh = "申请之后登记簿的筛选方式已有变化，原筛选条件不再适用。请重新导出。"


class GivenUp(Refusal):
    """Every attempt ended without a word, with the worker that made it."""

    code = "EXPORT_GIVEN_UP"
    en = "It was given up after {attempts} attempts that did not come to an end. Narrow it and try again."
    zh = "已尝试{attempts}次均未能完成，不再继续。请缩小范围后重新导出。"


PROBLEMS: Mapping[str, type[Refusal]] = {
    problem.code: problem for problem in (RightsEnded, RightsChanged, RegisterChanged, GivenUp)
}
"""Why an export can have failed, by the code that its entry keeps."""


def why(problem: str) -> Refusal:
    """The refusal behind a kept code."""
    return PROBLEMS[problem](attempts=ATTEMPTS_AT_MOST)


def after(act: Act, state: State) -> State:
    """The state that an act leads to. Raises `ExportEnded`."""
    admitted, target = TRANSITIONS[act]
    if state not in admitted:
        raise ExportEnded(state=state, state_zh=STATES_ZH[state])
    return target


def state_at(state: State, *, expires_at: datetime | None, now: datetime) -> State:
    """The state as a reader is told it: a file is gone on time, whether or not it was swept by then."""
    if state == "done" and expires_at is not None and now >= expires_at:
        return "expired"
    return state


def progress(state: State, *, rows_done: int, rows_total: int | None) -> int:
    """How far it is, or came, in percent. Only what has its file is whole: putting that together takes a while too."""
    if state in ("done", "expired"):
        return 100
    return min(100 * rows_done // rows_total, 99) if rows_total else 0


def downloadable(state: State, *, expires_at: datetime | None, now: datetime, zone: ZoneInfo) -> None:
    """Whether there is a file to give out. Raises `ExportNotReady`, `ExportExpired`."""
    state = state_at(state, expires_at=expires_at, now=now)
    if state == "expired" and expires_at is not None:
        raise ExportExpired(until=expires_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"))
    if state != "done":
        raise ExportNotReady(state=state, state_zh=STATES_ZH[state])


def room_for_another(*, of_person: int, of_body: int, person_most: int, body_most: int) -> None:
    """Whether one more may be asked for beside so many under way. Raises `TooManyExports`."""
    if of_person >= person_most:
        raise TooManyExports(whose="You", whose_zh="您", most=person_most)
    if of_body >= body_most:
        raise TooManyExports(whose="Your body", whose_zh="本单位", most=body_most)


def kept_until(finished_at: datetime, *, days: int) -> datetime:
    """Until when a finished file is kept."""
    return finished_at + timedelta(days=days)


def file_name(title: str, body: str, *, at: datetime, zone: ZoneInfo) -> str:
    """The name under which a file is saved: what, whose, when."""
    said = f"{title}-{body}-{at.astimezone(zone):%Y%m%d-%H%M}"
    return "".join(letter for letter in said if letter not in '\\/:*?"<>|')[:LONGEST_NAME] + ".xlsx"


def title_line(title: str, *, body: str, shown: str, at: datetime, zone: ZoneInfo, language: Language) -> str:
    """The first line of every sheet: which ledger, whose, which rows of it, and when it was begun."""
    moment = at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return (
        f"{title} · {body} · {shown} · exported on {moment}"
        if language == "en"
        else f"{title} · {body} · {shown} · 导出时间 {moment}"
    )
