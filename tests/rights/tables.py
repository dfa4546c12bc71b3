"""Reading a table of rights, and trying one line of it."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from domain.edge import Edge
from domain.work import Work
from policies.authority import NothingNew
from tenancy.refusals import NotFound, NotPermitted, Refusal
from tests.rights.ground import ROLES, SIDES, Ground, Post

Might = frozenset[str]
"""Who may, each as side and role."""

Act = Callable[[Work, Ground, Post], Awaitable[Any]]
"""Something that is tried. What it returns must not be empty: that would be nothing found."""

STALE = -1
"""No version that anything has: whoever may act is told so."""


def table(text: str, **sides: str) -> Mapping[str, Might]:
    """Line by line who may. Columns are named in the first line and parted by two blanks or more; `-` is nobody.

    `sides` says which side of the ground each column is, first or second; `any` is everybody, whatever their body.
    """
    (_, *head), *lines = [re.split(r" {2,}", line.strip()) for line in text.strip().splitlines()]
    assert set(head) <= sides.keys() | {"any", "overseer"}, head
    return {act: _might(head, cells, sides) for act, *cells in lines}


def _might(head: list[str], cells: list[str], sides: Mapping[str, str]) -> Might:
    assert len(head) == len(cells), (head, cells)
    might = set()
    for column, cell in zip(head, cells, strict=True):
        roles = [] if cell == "-" else cell.split()
        assert set(roles) <= {*ROLES}, roles
        among = tuple(SIDES) if column == "any" else (sides.get(column, column),)
        might |= {f"{side} {role}" for side in among for role in roles}
    return frozenset(might)


async def who_may(act: Act, ground: Ground, edge: Edge, *, among: Sequence[Post] = ()) -> Might:
    """Everybody, or everybody among some, for whom it goes through, or is refused for any other reason than a right."""
    return frozenset([post.name for post in among or ground.posts if await _may(act, ground, post, edge)])


async def who_may_what(acts: Mapping[str, Act], ground: Ground, edge: Edge) -> Mapping[str, Might]:
    """The same of several acts at once: of everybody one transaction, and each act undone before the next."""
    might: dict[str, set[str]] = {act: set() for act in acts}
    for post in ground.posts:
        with suppress(_Undone):
            async with edge.writing(post.credentials) as work:
                for name, act in acts.items():
                    if await _within(work, act, ground, post):
                        might[name].add(post.name)
                raise _Undone
    return {act: frozenset(names) for act, names in might.items()}


async def _within(work: Work, act: Act, ground: Ground, post: Post) -> bool:
    savepoint = await work.session.begin_nested()
    may = await _goes_through(act, work, ground, post)
    await savepoint.rollback()
    work.session.expunge_all()
    return may


class _Undone(Exception):
    """It was tried, and nothing of it stays."""


async def _may(act: Act, ground: Ground, post: Post, edge: Edge) -> bool:
    may = False
    with suppress(_Undone):
        async with edge.writing(post.credentials) as work:
            may = await _goes_through(act, work, ground, post)
            raise _Undone
    return may


async def _goes_through(act: Act, work: Work, ground: Ground, post: Post) -> bool:
    try:
        return bool(await act(work, ground, post))
    except (NotPermitted, NothingNew, NotFound):
        return False
    except Refusal:
        return True
