"""Linking: which subject of which identity provider is whose, by the administrator's hand and with a line in the trail.

Nobody is linked by name or address, and nobody links himself. A subject belongs to one person; a person may have
several. Unlinking counts with the next request and ends the tokens that came through the link for good: linked again,
the subject needs a fresh one. How a token then signs in is `tenancy/provider_sign_in.py`.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.work import Errand
from ops.troubles import Trouble
from tenancy.ids import new_id
from tenancy.models import Account, AccountLink
from tenancy.provider_tokens import LONGEST_NAME


class NoSuchAccount(Trouble):
    """Nobody has that login or id, or no account; or a person of that id has several."""

    def __init__(self, person: str) -> None:
        super().__init__(
            en=f"No account has the login “{person}”, and no person of that id has just one.",
            zh=f"没有账号“{person}”，也没有该编号且仅有一个账号的人员。",
        )


class NoSuchProvider(Trouble):
    """The issuer is none that this deployment trusts, letter by letter."""

    def __init__(self, issuer: str, known: Collection[str]) -> None:
        listed = ", ".join(sorted(known)) or "-"
        super().__init__(
            en=f"“{issuer}” is not among the issuers in providers.toml: {listed}. It must be the same letter by letter.",
            zh=f"providers.toml 中没有签发者“{issuer}”（已列：{listed}），须逐字一致。",
        )


class NotASubject(Trouble):
    """No token could ever have this subject."""

    def __init__(self) -> None:
        super().__init__(
            en=f"A subject has 1 to {LONGEST_NAME} characters.",
            zh=f"主体标识应为 1 至 {LONGEST_NAME} 个字符。",
        )


class LinkedToAnother(Trouble):
    """The subject is somebody else's."""

    def __init__(self, login: str) -> None:
        super().__init__(
            en=f"This subject is linked to the account “{login}”. Unlink it there first.",
            zh=f"该主体已关联账号“{login}”，请先解除关联。",
        )


class NotLinked(Trouble):
    """There is nothing to take away."""

    def __init__(self) -> None:
        super().__init__(en="This subject is linked to nobody.", zh="该主体未关联任何账号。")


async def link(
    session: AsyncSession, *, person: str, issuer: str, subject: str, trusted: Collection[str], now: datetime
) -> bool:
    """Link a subject to the account of a person, named by login or id. False: it was linked so already.

    Raises `NoSuchAccount`, `NoSuchProvider`, `NotASubject` or `LinkedToAnother`.
    """
    if issuer not in trusted:
        raise NoSuchProvider(issuer, trusted)
    if not 0 < len(subject) <= LONGEST_NAME:
        raise NotASubject
    account = await _account_of(session, person)
    linked = insert(AccountLink).values(
        id=new_id(), account_id=account.id, issuer=issuer, subject=subject, linked_at=now, unlinked_at=None
    )
    is_new = await session.scalar(
        linked.on_conflict_do_nothing(
            index_elements=["issuer", "subject"], index_where=AccountLink.unlinked_at.is_(None)
        ).returning(AccountLink.id)
    )
    if is_new is None:
        holder = await _holder_of(session, issuer, subject)
        if holder.id != account.id:
            raise LinkedToAnother(holder.login)
        return False
    await _record(session, account, "account.linked", issuer=issuer, subject=subject, now=now)
    return True


async def unlink(session: AsyncSession, *, issuer: str, subject: str, now: datetime) -> str:
    """Take the subject away from whose it is, and return that account's login. Raises `NotLinked`."""
    account_id: UUID | None = await session.scalar(
        update(AccountLink)
        .where(
            AccountLink.issuer == issuer, AccountLink.subject == subject, AccountLink.unlinked_at.is_(None)
        )
        .values(unlinked_at=now)
        .returning(AccountLink.account_id)
    )
    if account_id is None:
        raise NotLinked
    account = (await session.scalars(select(Account).where(Account.id == account_id))).one()
    await _record(session, account, "account.unlinked", issuer=issuer, subject=subject, now=now)
    return account.login


async def _account_of(session: AsyncSession, person: str) -> Account:
    named = person.strip().lower()
    found = await session.scalars(
        select(Account).where(or_(Account.login == named, cast(Account.person_id, String) == named))
    )
    accounts = found.all()
    if len(accounts) != 1:
        raise NoSuchAccount(person)
    return accounts[0]


async def _holder_of(session: AsyncSession, issuer: str, subject: str) -> Account:
    holder = await session.scalars(
        select(Account)
        .join(AccountLink, AccountLink.account_id == Account.id)
        .where(
            AccountLink.issuer == issuer, AccountLink.subject == subject, AccountLink.unlinked_at.is_(None)
        )
    )
    return holder.one()


async def _record(
    session: AsyncSession, account: Account, action: str, *, issuer: str, subject: str, now: datetime
) -> None:
    await record(
        Errand(session=session, county_id=account.county_id, now=now),
        action=action,
        subject_kind="account",
        subject_id=account.id,
        content={"issuer": issuer, "subject": subject},
    )
