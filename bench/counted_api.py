"""`gongguan api` as it is really started, with the statements that it sends counted where another process can look.

python -m bench.counted_api FILE     the first eight bytes of FILE are the count
"""

import mmap
import struct
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from ops.commands.api import api


def counted(file: Path) -> None:
    """Count every statement from here on into the file."""
    with file.open("r+b") as opened:
        told = mmap.mmap(opened.fileno(), 8)
    sent = 0

    def one_more(*_: object) -> None:
        nonlocal sent
        sent += 1
        told[:8] = struct.pack("q", sent)

    event.listen(Engine, "before_cursor_execute", one_more)


def statements(file: Path) -> int:
    """How many have been sent."""
    (sent,) = struct.unpack("q", file.read_bytes()[:8])
    return int(sent)


if __name__ == "__main__":
    counted(Path(sys.argv[1]))
    api()
