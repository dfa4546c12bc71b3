"""What the oracle says: who can act, who sees what, who may do what, and what row security alone lets through.

Written from what the documents and the README say, over the plain data of `world.py` and nothing else. If you change what a
right means, change it here by thinking again, never by copying.
"""

from tests.oracle.world import (
    BOTH_READ,
    OVERSEEING,
    Certificate,
    Entry,
    Post,
    Qualification,
    Seconding,
    World,
)

Row = Entry | Seconding | Certificate | Qualification
OVER_THE_COUNTY = frozenset({"coordinator", "supervisor"})
READERS = frozenset({"officer", "registrar", "head", "personnel"})

ACTS: dict[type, tuple[str, ...]] = {
    Seconding: ("extend", "end"),
    Entry: ("change", "leave"),
    Certificate: ("withhold", "restore", "cancel", "hand_in"),
    Qualification: (),
}


def can_act(post: Post) -> bool:
    """Whether the post lives now: from its first instant until its last."""
    return post.since <= 0 and (post.until is None or post.until > 0)


def parties(row: Row) -> frozenset[str]:
    """The bodies whose row it is."""
    match row:
        case Seconding(home=home, host=host):
            return frozenset({home, host})
        case Certificate(home=home, issuer=issuer):
            return frozenset({home, issuer})
        case _:
            return frozenset({row.home})


def oversees(post: Post, row: Row) -> bool:
    """Whether the post's body exercises oversight on it: never on what it is party to."""
    return post.body in OVERSEEING and post.body not in parties(row)


def sees(world: World, post: Post, row: Row) -> bool:
    """Whether somebody acting in this post is shown the row."""
    if post.county != row.county:
        return False
    if is_of_oneself(post, row):
        # In whichever post, and every post has some role.
        return True
    if oversees(post, row):
        return bool(post.roles & OVER_THE_COUNTY)
    return bool(post.roles & _readers(world, post, row))


def is_of_oneself(post: Post, row: Row) -> bool:
    """Whether it says of whoever holds the post what they may enforce."""
    return isinstance(row, Certificate) and row.person == post.person


def _readers(world: World, post: Post, row: Row) -> frozenset[str]:
    """The roles that read it in a body that is party to it."""
    found: set[str] = set()
    match row:
        case Seconding(home=home, host=host):
            # A county's rules say whether the two bodies manage whoever is seconded together.
            if post.body in (home, host) and world.places[row.county] in BOTH_READ:
                found |= READERS
            if post.body == home:
                found.add("personnel")
        case Certificate(home=home, issuer=issuer):
            if post.body == home:
                found |= {"personnel", "head"}
            if post.body == issuer:
                found.add("supervisor")
        case _:
            if post.body == row.home:
                found |= {"personnel", "head"}
    return frozenset(found)


def may(post: Post, act: str, row: Row) -> bool:
    """Whether somebody acting in this post may do it to the row. Oversight changes nothing."""
    if post.county != row.county:
        return False
    if isinstance(row, Certificate) and act != "hand_in":
        return post.body == row.issuer and "supervisor" in post.roles
    return post.body == row.home and "personnel" in post.roles


def walled_in(post: Post, row: Row) -> bool:
    """Whether the row is behind the same walls as the post, whatever its role: its body's, or its county's to oversee.

    A certificate is behind its holder's walls in every post.
    """
    reaches = post.body in parties(row) or post.body in OVERSEEING or is_of_oneself(post, row)
    return post.county == row.county and reaches


def knows_of_post(post: Post, other: Post) -> bool:
    """The same of a post: one's body's, one's own, and those that one's body granted."""
    if post.county != other.county:
        return False
    return other.body == post.body or other.person == post.person or other.granted_by == post.body
