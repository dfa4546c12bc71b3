"""Where the bytes of files lie: a folder, each file under its own id, written whole or not at all.

Uploads never share bytes, so removing one can take nothing from another. It knows no rows and no rights. The bytes
are safe before the row is written, so a row without its bytes cannot come about; bytes whose row was never written,
because the process died in between, belong to nobody and are in nobody's way.
"""

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from tenancy.ids import new_id


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are safe: the id they lie under, their SHA-256 in hex, and how many they are."""

    id: UUID
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made here and is whole, in a workplace still: where, its SHA-256 in hex, and its size."""

    path: Path
    sha256: str
    size: int


class Store:
    """Files under one private folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def take(self, chunks: AsyncIterator[bytes]) -> Stored:
        """Write what comes, hashing on the way; nothing is kept if the sender or a check on the way breaks off."""
        stored_id, digest, size = new_id(), hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="incoming-")
        incoming = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    await asyncio.to_thread(file.write, chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            target = self.path(stored_id)
            await asyncio.to_thread(_settle, incoming, target)
        finally:
            await asyncio.to_thread(incoming.unlink, missing_ok=True)
        return Stored(id=stored_id, sha256=digest.hexdigest(), size=size)

    def path(self, stored_id: UUID) -> Path:
        """Where the bytes with this id lie. The last digits are the random ones, so folders fill evenly."""
        return self._folder / stored_id.hex[-2:] / stored_id.hex

    def remove(self, stored_id: UUID) -> None:
        """Forget these bytes."""
        self.path(stored_id).unlink(missing_ok=True)

    def workplace(self, making: UUID, attempt: int) -> Path:
        """An empty folder for making a file bit by bit. What earlier attempts at the same file left is removed."""
        self.clear_away(making)
        folder = self._folder / f"making-{making.hex}-{attempt}"
        folder.mkdir(mode=0o700)
        return folder

    @staticmethod
    def leave(workplace: Path) -> None:
        """Remove a workplace with whatever is half made in it."""
        shutil.rmtree(workplace, ignore_errors=True)

    def clear_away(self, making: UUID) -> None:
        """Remove all workplaces of a file, whoever was at it."""
        for each in self._folder.glob(f"making-{making.hex}-*"):
            self.leave(each)

    @staticmethod
    def measured(path: Path) -> Made:
        """A file that was made, once it is whole and on the disk."""
        with path.open("rb") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256")
            return Made(path=path, sha256=digest.hexdigest(), size=file.tell())

    def settle(self, made: Made, stored_id: UUID) -> None:
        """Give a file that was made its place, in which it replaces what an attempt that was not recorded left."""
        _settle(made.path, self.path(stored_id))

    def clear_away_broken_off(self, *, older_than: timedelta) -> int:
        """Remove uploads that a killed process left unfinished so long ago; how many there were."""
        before = time.time() - older_than.total_seconds()
        broken = [each for each in self._folder.glob("incoming-*") if each.stat().st_mtime < before]
        for each in broken:
            each.unlink(missing_ok=True)
        return len(broken)


def _settle(incoming: Path, target: Path) -> None:
    """Give the bytes their place, and make sure that the place survives a power cut."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    incoming.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
