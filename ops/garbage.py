"""Python's collector of garbage in a process that answers.

What is made for good, the schema above all, need not be looked through whenever a large answer is made; and hardly anything of an
answer needs a collector, because it is gone with the last that holds it. What does wait for one waits for some thousands
more of its kind: a few megabytes. It decides nothing else about memory.
"""

import gc

YOUNG = 10_000
"""So many new objects, less those that are gone, before the young are looked through. Python's own 700 are less than one page
is made of."""


def settle() -> None:
    """Once everything that is made for good has been made."""
    gc.collect()
    gc.freeze()
    _, older, oldest = gc.get_threshold()
    gc.set_threshold(YOUNG, older, oldest)
