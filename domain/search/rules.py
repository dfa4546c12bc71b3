"""How texts are folded, and which grams stand for them. Pure; the same fold for what is kept and what is searched for.

Folding makes one of full-width and half-width forms, of upper and lower case, and of the many brackets around numbers
of letters. Blanks and line breaks go where they mean nothing, beside Chinese characters; elsewhere one blank stays, so
that `12 3` is not `123`.

A gram is two neighbouring characters. The last character of a text is a gram by itself, so that every character begins
one: whoever searches for a single character asks for the grams that begin with it.

Of something short, a name, all endings are kept instead: a part occurs in it exactly if an ending begins with the part.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from tenancy.refusals import Refusal

LONGEST_SEARCH = 200
LONGEST_ENDING = 100
"""So that no name is too long for an index. Nobody seeks for more."""
PROBES_AT_MOST = 3
BETWEEN_TEXTS = "\n"
"""Stands in no folded text and in no search word, so nothing is found across two texts."""

_BRACKETS = str.maketrans("〔〕[]【】〖〗{}《》〈〉", "()()()()()()()")
# Chinese and its punctuation, kana, Yi: what is written without blanks.
_UNBROKEN = r"[\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]"
_BLANKS = re.compile(rf"(?<={_UNBROKEN}) | (?={_UNBROKEN})")


class SearchTooLong(Refusal):
    """Nobody searches for so many words."""

    code = "SEARCH_TOO_LONG"
    en = "A search text has at most {most} characters. Shorten it."
    zh = "检索内容最多{most}个字，请精简。"


def folded(text: str) -> str:
    """The text as it is kept and compared."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _BLANKS.sub("", " ".join(plain.translate(_BRACKETS).split()))


def folded_together(texts: Iterable[str]) -> str:
    """All texts of a matter as one."""
    return BETWEEN_TEXTS.join(filter(None, map(folded, texts)))


def grams(together: str) -> frozenset[str]:
    """The grams of folded texts; none spans two of them."""
    return frozenset(
        gram
        for text in together.split(BETWEEN_TEXTS)
        for gram in (*map("".join, pairwise(text)), text[-1:])
        if gram
    )


def endings(short: str) -> frozenset[str]:
    """From each character of something short and folded to its end, or as far as endings go."""
    return frozenset(short[start : start + LONGEST_ENDING] for start in range(len(short)))


def words(sought: str) -> tuple[str, ...]:
    """What a matter must hold, each somewhere: the parts between blanks, folded. Raises `SearchTooLong`."""
    if len(sought) > LONGEST_SEARCH:
        raise SearchTooLong(field="text", most=LONGEST_SEARCH)
    return tuple(dict.fromkeys(filter(None, map(folded, sought.split()))))


def probes(sought: Iterable[str]) -> tuple[str, ...]:
    """The few grams that candidates are looked up by, spread over the words; single characters where there is no pair."""
    pairs = [gram for word in sought for gram in map("".join, pairwise(word))]
    found = list(dict.fromkeys(pairs)) or [word for word in sought if len(word) == 1]
    step = -(-len(found) // PROBES_AT_MOST) or 1
    return tuple(found[::step])
