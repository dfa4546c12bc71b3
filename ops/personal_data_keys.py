"""The keys of personal data: a file of this installation's own, which only its owner reads.

    current = "2026-11-22-5f1c"      # what is sealed from now on is sealed with this one

    [[key]]
    id = "2026-11-22-5f1c"
    suite = "aes"                    # aes: AES-256-GCM and HMAC-SHA-256; sm: SM4-GCM and HMAC-SM3
    sealing = "…"                    # base64
    finding = "…"

Only added to: rows and backups lie under old keys. Where several machines run, all have the same file; copy it to each
before anything is sealed with a new key (`new-key --later`, copy, `rotate`). It is read anew whenever it has changed. Whoever
has the file and a dump has the numbers, so it is kept apart from backups of the database; and without it they are lost.

It is never in the repository, an argument, a log or the environment, which holds at most its path.
"""

import base64
import binascii
import fcntl
import os
import secrets
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from domain.personal_data.sealing import FINDING_BYTES, SEALING_BYTES, SUITES, Key, Keys, Suite
from ops.troubles import Trouble

OF_A_DEMO = "demo-"


class WrongKeyFile(Trouble):
    """The file does not say what it must. Nothing of it is repeated."""

    def __init__(self, file: Path, *, en: str, zh: str) -> None:
        super().__init__(
            en=f"{file}, the keys of personal data: {en} Put back the file as it was made.",
            zh=f"个人信息密钥文件 {file}：{zh}请恢复原文件。",
        )


def is_of_a_demo(key_id: str) -> bool:
    """Whether a demo made this key for itself."""
    return key_id.startswith(OF_A_DEMO)


@dataclass(slots=True)
class KeyFile:
    """The keys in a file, which need not be there yet."""

    path: Path
    _known: tuple[tuple[int, int, int], Keys] | None = field(default=None, repr=False)

    def read(self) -> Keys:
        """The keys as they are in the file now; none where there is no file. Raises WrongKeyFile."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return Keys()
        seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._known is None or self._known[0] != seen:
            self._known = (seen, self._parsed())
        return self._known[1]

    def made_for_a_demo(self) -> None:
        """Make a key for a demo, where there is none of any kind."""
        with self._held():
            if not self.path.exists():
                self._add(_new_key(f"{OF_A_DEMO}{secrets.token_hex(4)}", "aes"), current=None)

    def add(self, suite: Suite, *, day: date, later: bool) -> Key:
        """Add a new key. It seals whatever is sealed from now on; or only `later`, when `turn_to` says so."""
        with self._held():
            key = _new_key(f"{day.isoformat()}-{secrets.token_hex(2)}", suite)
            self._add(key, current=self.read().current_id if later else None)
            return key

    def turn_to_the_newest(self) -> Keys:
        """From now on the key that was added last seals. Raises `NoKey` where there is none."""
        with self._held():
            keys = self.read()
            newest = list(keys.known)[-1] if keys.known else keys.current.id
            if newest != keys.current_id:
                self._write(list(keys.known.values()), current=newest)
            return self.read()

    def _add(self, key: Key, *, current: str | None) -> None:
        self._write([*self.read().known.values(), key], current=current or key.id)

    def _parsed(self) -> Keys:
        try:
            said = tomllib.loads(self.path.read_text(encoding="utf-8"))
            keys = [_key(each) for each in said["key"]]
            current = said["current"]
        except (tomllib.TOMLDecodeError, binascii.Error, UnicodeError, LookupError, TypeError, ValueError):
            # Not the error itself: it may repeat what stands there.
            raise WrongKeyFile(self.path, en="it cannot be read.", zh="无法读取。") from None
        known = {key.id: key for key in keys}
        if current not in known or len(known) != len(keys):
            raise WrongKeyFile(
                self.path,
                en="`current` names none of its keys, or an id is there twice.",
                zh="current 所指密钥不在其中，或密钥编号重复。",
            )
        return Keys(known=known, current_id=current)

    def _write(self, keys: list[Key], *, current: str) -> None:
        """The file, whole and on the disk, in the place of the one before: whoever reads meanwhile reads either."""
        parts = [f'current = "{current}"\n', *map(_as_text, keys)]
        descriptor, written = tempfile.mkstemp(dir=self.path.parent)  # 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("\n".join(parts))
            file.flush()
            os.fsync(file.fileno())
        os.replace(written, self.path)
        self._known = None

    @contextmanager
    def _held(self) -> Iterator[None]:
        """One writer at a time, of several programs that start at once."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _new_key(key_id: str, suite: Suite) -> Key:
    return Key(key_id, suite, secrets.token_bytes(SEALING_BYTES[suite]), secrets.token_bytes(FINDING_BYTES))


def _key(said: dict[str, str]) -> Key:
    decoded = (base64.b64decode(said[part], validate=True) for part in ("sealing", "finding"))
    suites: dict[str, Suite] = {suite: suite for suite in SUITES}
    return Key(said["id"], suites[said["suite"]], *decoded)


def _as_text(key: Key) -> str:
    sealing, finding = (base64.b64encode(part).decode() for part in (key.sealing, key.finding))
    return f'[[key]]\nid = "{key.id}"\nsuite = "{key.suite}"\nsealing = "{sealing}"\nfinding = "{finding}"\n'
