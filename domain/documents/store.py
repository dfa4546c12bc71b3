"""Where the bytes of files lie: a folder, each file named by its SHA-256, written whole or not at all.

It knows no rows and no rights. A stored file without a row is harmless and swept; a row without its file cannot
come about, because the bytes are safe before the row is written.
"""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are safe: their SHA-256 in hex, and how many."""

    sha256: str
    size: int


class Store:
    """Files under one private folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def take(self, chunks: AsyncIterator[bytes]) -> Stored:
        """Write what comes, hashing on the way; nothing is kept if the sender or a check on the way breaks off."""
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="incoming-")
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_settle, file.fileno())
            target = self.path(digest.hexdigest())
            target.parent.mkdir(mode=0o700, exist_ok=True)
            os.replace(name, target)
        except BaseException:
            os.unlink(name)
            raise
        return Stored(sha256=digest.hexdigest(), size=size)

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in hex")
        return self._folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        """Forget these bytes."""
        self.path(sha256).unlink(missing_ok=True)


def _settle(descriptor: int) -> None:
    os.fsync(descriptor)
