"""Keeping uploaded files and giving numbers to letters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.documents import queries, rules
from domain.documents.models import File, IssuedNumber, NumberCounter
from domain.documents.store import Stored
from domain.organisations import queries as organisations
from domain.rulebooks.values import NumberFormat
from domain.work import Work


async def keep(work: Work, *, name: str, media_type: str, stored: Stored) -> File:
    """Keep an upload whose bytes are safe already. Raises `NotPermitted`, `FileTooLarge`, `FileTypeRefused`."""
    rulebook = work.rulebook_on(work.today)
    file = File(
        county_id=work.county_id,
        id=stored.id,
        owner_id=work.actor.tenant_id,
        uploaded_by=work.actor.person_id,
        name=name[-200:],
        media_type=rules.accepted_type(media_type, allowed=rulebook.texts("files.media_types")),
        size=stored.size,
        sha256=stored.sha256,
        uploaded_at=work.now,
        attached_at=None,
    )
    work.require("store", "file.content", file)
    rules.within(stored.size, most_mib=rulebook.number("files.max_size"))
    work.session.add(file)
    await work.session.flush()
    await record(
        work,
        action="file.uploaded",
        subject_kind="file",
        subject_id=file.id,
        content={"name": file.name, "sha256": file.sha256, "size": file.size},
    )
    return file


async def mark_attached(work: Work, *, file_id: UUID) -> File:
    """Take one of the acting body's files out of the sweeper's way, for the one thing it is attached to.

    The lock makes the sweeper and a second act wait. Raises `NotFound`, `FileAttachedAlready`.
    """
    file = await queries.the(work, file_id, to_change=True)
    if file.attached_at is not None:
        raise rules.FileAttachedAlready(field="file_id")
    file.attached_at = work.now
    await work.session.flush()
    return file


async def mark_detached(work: Work, *, file_id: UUID) -> None:
    """Leave a file to the sweeper again. Raises `NotFound`."""
    file = await queries.the(work, file_id, to_change=True)
    file.attached_at = None


async def issue_number(
    work: Work, *, kind: str, number_format: NumberFormat, subject_kind: str, subject_id: UUID
) -> str:
    """The next number of this kind of the acting body, in the year of the county's day.

    It locks the counter until the end of the transaction, so a command calls it last: numbers have no gaps, because
    a transaction that fails gives its number back.
    """
    tenant = await organisations.the(work, work.actor.tenant_id)
    year = rules.year_of(work.now, work.actor.zone)
    counter = NumberCounter.__table__.c
    number = (
        await work.session.execute(
            insert(NumberCounter)
            .values(county_id=work.county_id, owner_id=tenant.id, kind=kind, year=year, last=1)
            .on_conflict_do_update(
                index_elements=[counter.county_id, counter.owner_id, counter.kind, counter.year],
                set_={"last": counter.last + 1},
            )
            .returning(counter.last)
        )
    ).scalar_one()
    formatted = number_format.write(short=tenant.short_name, year=year, n=number)
    await work.session.execute(
        insert(IssuedNumber).values(
            county_id=work.county_id,
            owner_id=tenant.id,
            kind=kind,
            year=year,
            number=number,
            formatted=formatted,
            subject_kind=subject_kind,
            subject_id=subject_id,
            issued_at=work.now,
            void_at=None,
        )
    )
    return formatted


async def forget_unattached(session: AsyncSession, *, before: datetime, most: int) -> list[UUID]:
    """Forget uploads older than `before` that nothing was made of; their ids, so that the bytes can follow.

    The sweeper's step, by the worker's login: nobody acts.
    """
    left = (
        select(File.county_id, File.id)
        .where(File.attached_at.is_(None), File.uploaded_at < before)
        .order_by(File.uploaded_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    abandoned = (await session.execute(left)).all()
    for county_id, file_id in abandoned:
        await session.execute(delete(File).where(File.county_id == county_id, File.id == file_id))
    return [file_id for _, file_id in abandoned]
