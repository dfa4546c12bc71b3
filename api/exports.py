"""Exports: asking for a register as a spreadsheet, seeing how far it is, fetching it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar, cast
from uuid import UUID

import strawberry

from api import personnel, referral_lists, secondments
from api.asked import Asked
from api.batching import Arguments, Taken, Wanted, derived, question, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.errors import UserError, user_error
from api.filters import orders_by_age, sorted_by
from api.identifiers import global_id, identifier_of
from api.mutations import CLIENT_MUTATION_ID, Payload, UserErrorType, act, changed, optional, said
from api.node import BigInt, Node, identified, one, one_by_one
from api.registers import arguments_of, in_words, taking
from domain.exports import commands, models, queries, rules
from domain.work import Work
from tenancy.refusals import Language

_fetch = one_by_one(queries.the)


@strawberry.enum(description="Where an export is on its way. 导出状态")
class ExportState(Enum):
    """As `domain/exports/rules.py` has them."""

    WAITING = strawberry.enum_value("waiting", description="Not begun. 排队中")
    RUNNING = strawberry.enum_value("running", description="Being made. 导出中")
    DONE = strawberry.enum_value("done", description="The file can be fetched. 已完成")
    FAILED = strawberry.enum_value("failed", description="Stopped; `problem` says why. 已失败")
    CANCELLED = strawberry.enum_value("cancelled", description="Cancelled. 已取消")
    EXPIRED = strawberry.enum_value("expired", description="The file is gone. 已过期")


@strawberry.enum(description="The ledgers that can be exported. 可导出的台账")
class ExportedLedger(Enum):
    """As `domain/exports/ledgers.py` has them."""

    REFERRALS = strawberry.enum_value("referrals", description="Referrals. 案件移送台账")
    SECONDMENTS = strawberry.enum_value("secondments", description="Secondments. 派驻人员名册")
    STAFF_ENTRIES = strawberry.enum_value("staff_entries", description="Staff. 人员名册")


@strawberry.enum(description="The language of headings and words. 导出语言")
class ExportLanguage(Enum):
    """As everywhere."""

    ZH = strawberry.enum_value("zh", description="Chinese. 中文")
    EN = strawberry.enum_value("en", description="English. 英文")


async def _states(
    work: Work, exports: Sequence[models.Export], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    return [_state(export, work.now) for export in exports]


async def _paths(
    work: Work, exports: Sequence[models.Export], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str | None]:
    return [
        f"/files/{global_id('Export', export.id)}" if _state(export, work.now) == "done" else None
        for export in exports
    ]


def _state(export: models.Export, now: datetime) -> str:
    return rules.state_at(queries.state(export), expires_at=export.expires_at, now=now)


def _progress(export: models.Export, _asked: Asked) -> int:
    return rules.progress(queries.state(export), rows_done=export.rows_done, rows_total=export.rows_total)


def _problem(export: models.Export, asked: Asked) -> UserError | None:
    return None if export.problem is None else user_error(rules.why(export.problem), asked.language)


@strawberry.type(description="A ledger as a spreadsheet, on its way or made. 台账导出")
class Export(Node):
    """For the post in which it was asked for, and nobody else."""

    row_type: ClassVar[type[Any]] = models.Export
    id: strawberry.ID = identified("Export", by=_fetch)
    ledger: ExportedLedger = strawberry.field(description="Which ledger. 台账")
    shown: str = strawberry.field(description="Which rows of it, in words. 筛选条件")
    language: ExportLanguage = strawberry.field(description="In which language. 语言")
    state: ExportState = relation(_states, description="Where it is on its way. 状态")
    rows_done: int = strawberry.field(description="How many rows were written. 已写入行数")
    rows_total: int | None = strawberry.field(
        description="How many there were when it began, and in the end how many there are. 总行数"
    )
    progress: int = derived(_progress, description="How far it is, in percent. 进度（百分比）")
    requested_at: datetime = strawberry.field(description="When it was asked for. 申请时间")
    started_at: datetime | None = strawberry.field(description="When it was begun. 开始时间")
    finished_at: datetime | None = strawberry.field(description="When it ended. 结束时间")
    expires_at: datetime | None = strawberry.field(description="Until when its file is kept. 文件保存至")
    problem: UserErrorType | None = derived(_problem, description="Why it failed. 失败原因")
    file_name: str | None = strawberry.field(description="The name of its file. 文件名")
    size: BigInt | None = strawberry.field(description="In bytes. 大小（字节）")
    sha256: str | None = strawberry.field(description="Over its file, in hex. 校验值")
    download_path: str | None = relation(
        _paths, description="Where its file can be fetched, while there is one. 下载路径"
    )


ExportSort = orders_by_age("ExportSort", "The order of your exports. 导出排序")


async def _exports(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    age = arguments["sort"].value
    listing = Listing(
        name="exports",
        filters={"capacity": work.actor.capacity_id, "sort": age},
        read=partial(queries.page, age=age),
        count=queries.count,
        position=lambda export: export.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class ExportQueries:
    """Reading one's own exports."""

    exports: Connection[Export] = question(
        _exports,
        description="What you asked for in the post in which you act. 我的导出",
        takes={**sorted_by(ExportSort), **PAGING},
    )
    export: Export | None = one("Export", description="One export of yours. 导出")


@taking(referral_lists.REGISTER, description="Which referrals, as `referrals` takes it. 移送台账的筛选条件")
class ReferralRegisterInput:
    """The arguments of the register of referrals."""


@taking(secondments.REGISTER, description="Which entries, as `secondments` takes it. 派驻名册的筛选条件")
class SecondmentRegisterInput:
    """The arguments of the register of secondments."""


@taking(
    personnel.REGISTER_OF_STAFF, description="Which entries, as `staffEntries` takes it. 人员名册的筛选条件"
)
class StaffRegisterInput:
    """The arguments of the register of staff."""


@strawberry.input(one_of=True, description="One ledger, and which rows of it. 要导出的台账")
class LedgerInput:
    """A field for each ledger of `domain/exports/ledgers.py`."""

    referrals: ReferralRegisterInput | None = optional("Referrals. 案件移送台账")
    secondments: SecondmentRegisterInput | None = optional("Secondments. 派驻人员名册")
    staff_entries: StaffRegisterInput | None = optional("Staff. 人员名册")


@strawberry.input(description="An export. 申请导出")
class RequestExportInput:
    """What the register would show is what the file will hold."""

    ledger: LedgerInput = strawberry.field(description="Which ledger, and which rows of it. 台账")
    language: ExportLanguage = strawberry.field(
        default=ExportLanguage.ZH, description="The language of headings and words. 语言"
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An export that is wanted no more. 取消导出")
class CancelExportInput:
    """Only what is under way can be cancelled."""

    export_id: strawberry.ID = strawberry.field(description="The export. 导出编号")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.type(description="The export, after the act. 办理结果")
class ExportPayload(Payload):
    """Of every act on an export."""

    export: Export | None = changed(_fetch, description="As it is now. 办理后的导出")


@dataclass(frozen=True, slots=True)
class Register:
    """A register as its capability declares it: what it can be asked, a `sort` among it, and which rows that means."""

    takes: Mapping[str, Taken]
    wanted_of: Callable[[Arguments], Any]


REGISTERS: Mapping[str, Register] = {
    "referrals": Register(referral_lists.REGISTER, referral_lists.wanted_of),
    "secondments": Register(secondments.REGISTER, secondments.wanted_of),
    "staff_entries": Register(personnel.REGISTER_OF_STAFF, personnel.wanted_of),
}


async def _request(work: Work, given: RequestExportInput) -> models.Export:
    ledger = next(name for name in REGISTERS if said(getattr(given.ledger, name)) is not None)
    register = REGISTERS[ledger]
    arguments = arguments_of(register.takes, getattr(given.ledger, ledger))
    language = cast("Language", given.language.value)
    return await commands.request(
        work,
        ledger=ledger,
        wanted=register.wanted_of(arguments),
        sort=arguments["sort"].value,
        shown=await in_words(work, register.takes, arguments, language),
        language=language,
    )


async def _cancel(work: Work, given: CancelExportInput) -> models.Export:
    identifier = identifier_of("Export", given.export_id, field="export_id")
    return await commands.cancel(work, export_id=identifier)


@strawberry.type
class ExportMutations:
    """What is done with exports."""

    request_export: ExportPayload | None = act(
        _request,
        given=RequestExportInput,
        answers=ExportPayload,
        description="Ask for a ledger as a spreadsheet. 申请导出台账",
    )
    cancel_export: ExportPayload | None = act(
        _cancel,
        given=CancelExportInput,
        answers=ExportPayload,
        description="Cancel an export that is under way. 取消导出",
    )
