"""Reading the rows of uploaded files: one's own only."""

from uuid import UUID

from sqlalchemy import select

from domain.documents.models import File
from domain.work import Work
from tenancy.refusals import NotFound


async def the(work: Work, file_id: UUID) -> File:
    """One file of the acting body. Raises `NotFound`."""
    found = await work.session.scalar(
        select(File).where(
            File.county_id == work.county_id, work.visible(File, "file.content"), File.id == file_id
        )
    )
    if found is None:
        raise NotFound
    return found
