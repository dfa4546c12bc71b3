"""The collector of garbage in a process that answers: what was made for good is left alone, and a page sets nothing off."""

import subprocess
import sys

COUNTING = """
import gc
from ops import garbage

kept = [[] for _ in range(1000)]
garbage.settle()
assert gc.get_freeze_count() > 1000
looked = []
gc.callbacks.append(lambda phase, _: looked.append(phase))
page = [[] for _ in range(5000)]
assert not looked, looked
page += [[] for _ in range(10_000)]
assert looked
"""


def test_a_page_is_made_without_looking_through_anything() -> None:
    """In a process of its own: what is settled there is settled for good."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTING], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
