"""How names are folded, and the endings they are found by. Pure; the same fold for what is kept and what is sought.

To the fold of searched texts it adds that blanks count nowhere, nor do the dots between the parts of a name, which are
written in many ways or not at all. A part occurs in a name exactly if an ending of the name begins with it.
"""

from domain.search import rules as search

_LEFT_OUT = str.maketrans("", "", " .·•‧∙⋅・")


def folded_name(name: str) -> str:
    """The name, or a part of one, as it is kept and compared."""
    return search.folded(name).translate(_LEFT_OUT)


def endings(name: str) -> frozenset[str]:
    """The endings a name is found by."""
    return search.endings(folded_name(name))
