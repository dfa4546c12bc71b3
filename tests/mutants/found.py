"""What was found so far, kept in a file: a hunt that was broken off goes on where it was."""

import json
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path("var/mutants.json")


@dataclass
class Found:
    """By mutant, the test that misses it."""

    killed: dict[str, str] = field(default_factory=dict)
    file: Path = FILE

    @staticmethod
    def before(file: Path = FILE) -> "Found":
        """What an earlier hunt found, which was broken off."""
        return Found(json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}, file)

    def kill(self, mutant: str, test: str) -> None:
        """It is missed by this test."""
        self.killed[mutant] = test
        self._keep()

    def revive(self, mutant: str) -> None:
        """It is not missed after all."""
        del self.killed[mutant]
        self._keep()

    def _keep(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.killed, ensure_ascii=False, indent=1), encoding="utf-8")

    def is_whole(self) -> None:
        """Nothing is left to go on with."""
        self.file.unlink(missing_ok=True)
