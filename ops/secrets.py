"""Secrets: random words kept in the home, each in a file that only its owner reads.

Made when first asked for and the same ever after, however many processes ask at once. Not a vault: whoever is the
home's user reads them. None of them ever stands in an argument, a log or the repository.
"""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

RANDOM_BYTES = 24


class Secrets:
    """The secrets of one home, in `<home>/secrets` (0700)."""

    def __init__(self, home: Path) -> None:
        self._folder = home.absolute() / "secrets"

    def password(self, name: str) -> str:
        """The password `name`, made if there is none yet. Letters, digits, `-` and `_` only."""
        known = self.known_password(name)
        if known is not None:
            return known
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        # Written whole under another name, then linked: the first of several at once wins, and all read the same.
        descriptor, written = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(f"{secrets.token_urlsafe(RANDOM_BYTES)}\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(written, self._folder / name)
        finally:
            os.unlink(written)
        return (self._folder / name).read_text(encoding="ascii").strip()

    def known_password(self, name: str) -> str | None:
        """The password `name`, or None when nobody has asked for it yet."""
        try:
            return (self._folder / name).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def forget(self, name: str) -> None:
        """Remove the password `name`, if there is one."""
        (self._folder / name).unlink(missing_ok=True)
