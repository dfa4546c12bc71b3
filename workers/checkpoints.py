"""Where signed checkpoints are kept: a folder with one file for each county, one JSON line for each checkpoint.

The folder is meant to be copied away from the machine, regularly and by somebody else: a checkpoint vouches only where
whoever rewrites the database cannot rewrite it too. Beside the files lies `public-key.pem`; keep a copy of that as
well. The private key is made on first use, in a file that only its owner reads, and never enters the folder.

What a checkpoint says and how one is verified stands in `domain/audit`.
"""

import fcntl
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.audit.rules import Checkpoint, NotACheckpoint

PUBLIC_KEY = "public-key.pem"

LONGEST_LINE = 4096
"""More bytes than any line has: the end of a file is enough to append to it."""


@dataclass(frozen=True)
class CheckpointFolder:
    """`folder` for the checkpoints, `key_file` for the private key; a checkpoint is due every so many seals, and for a
    shorter tail after so much time."""

    folder: Path
    key_file: Path
    every_seals: int = 100
    every: timedelta = timedelta(minutes=10)
    _latest: dict[UUID, Checkpoint | None] = field(default_factory=dict, repr=False)

    def is_due(self, county_id: UUID, *, number: int, wall: datetime) -> bool:
        """Whether a chain that ends with the seal `number` should have a checkpoint now."""
        latest = self.latest(county_id)
        if latest is None:
            return True
        return number > latest.number and (
            number - latest.number >= self.every_seals or wall - latest.at >= self.every
        )

    def latest(self, county_id: UUID) -> Checkpoint | None:
        """The last checkpoint that this process knows of."""
        if county_id not in self._latest:
            kept, _ = self.read(county_id)
            self._latest[county_id] = kept[-1] if kept else None
        return self._latest[county_id]

    def sign(self, *, county_id: UUID, number: int, digest: bytes, wall: datetime) -> Checkpoint:
        """A signed checkpoint, which is not kept yet."""
        return Checkpoint.sign(county_id=county_id, number=number, digest=digest, at=wall, by=self.key)

    def append(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint: on the disk when this returns. A line that a dying machine left unfinished is taken off."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file(checkpoint.county_id), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(handle, "rb+", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LONGEST_LINE))
            unfinished = file.read().rpartition(b"\n")[2]
            file.truncate(size - len(unfinished))
            file.write(checkpoint.as_line().encode() + b"\n")
            os.fsync(file.fileno())
        self._latest[checkpoint.county_id] = checkpoint

    def read(self, county_id: UUID) -> tuple[list[Checkpoint], list[str]]:
        """The county's checkpoints in the order in which they were kept, and the lines that are none."""
        try:
            text = self._file(county_id).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return [], []
        kept, unreadable = [], []
        for line in text.splitlines():
            try:
                kept.append(Checkpoint.from_line(line))
            except NotACheckpoint:
                unreadable.append(line)
        return kept, unreadable

    @cached_property
    def key(self) -> Ed25519PrivateKey:
        """The signing key, made if there is none yet. Raises `ValueError` when the file holds something else."""
        self._make_the_key_unless_there()
        key = serialization.load_pem_private_key(self.key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{self.key_file} holds no Ed25519 key")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / PUBLIC_KEY).write_bytes(
            key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return key

    def _make_the_key_unless_there(self) -> None:
        if self.key_file.exists():
            return
        self.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self.key_file.with_name(f"{self.key_file.name}.{os.getpid()}")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(
                Ed25519PrivateKey.generate().private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
            os.fsync(file.fileno())
        try:
            # Whole or not at all, and of two workers that start together the first one's.
            os.link(half, self.key_file)
        except FileExistsError:
            pass
        finally:
            half.unlink()

    def _file(self, county_id: UUID) -> Path:
        return self.folder / f"{county_id}.jsonl"


def public_key(pem: bytes) -> Ed25519PublicKey:
    """The public key as an auditor keeps it. Raises `ValueError` when it is none."""
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("this is no Ed25519 public key")
    return key
