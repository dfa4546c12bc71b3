"""Reading the rows of uploaded files: one's own only."""

from uuid import UUID

from sqlalchemy import select

from domain.documents.models import File
from domain.work import Work
from tenancy.refusals import NotFound


async def the(work: Work, file_id: UUID, *, to_change: bool = False) -> File:
    """One file of the acting body, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(File).where(
        File.county_id == work.county_id, work.visible(File, "file.content"), File.id == file_id
    )
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found
