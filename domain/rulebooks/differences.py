"""How two places, two texts or two days of one place differ: what is added, removed and changed, with its sources.

Compared is what a place's own text says. Where it is silent, whoever answers instead stands beside it, so that nobody
takes a removed entry for a removed rule. Nothing is read or written here but the drafts handed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from domain.rulebooks.entries import Draft, Entry, Mention, Power
from domain.rulebooks.registry import GROUPS, LAYER_WORDS, REGISTRY, SPLIT_ASPECTS
from domain.rulebooks.rules import Rulebook, Shelf
from domain.rulebooks.shown import shown, shown_mention, shown_power, source
from domain.rulebooks.values import Words

Sign = Literal["+", "-", "~"]

SILENT = Words("silent", "未作规定")
NOT_SPLIT = Words("not split; neither side may", "未作划分，双方均无此权限")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a place on a day, with its own text of that day (None before there was one) and what applies."""

    title: str
    day: date
    own: Draft | None
    rulebook: Rulebook

    @classmethod
    def of(cls, own: Sequence[Draft], *, others: Sequence[Draft], day: date | None = None) -> Self:
        """A place whose texts are `own`, in the order of loading, over `others`; on the first day of the latest."""
        latest = max(own, key=lambda draft: draft.valid_from)
        on = day or latest.valid_from
        shelf = Shelf.of(*others, *own, county=latest.county or "")
        rulebook = shelf.on(on, inside=latest.place if latest.layer == "township" else None)
        drafts = [version.draft for version in rulebook.versions if version.draft.place == latest.place]
        return cls(title=latest.title, day=on, own=drafts[0] if drafts else None, rulebook=rulebook)

    def said(self, key: str) -> Entry | Mention | None:
        """What its own text says of an entry on that day."""
        if self.own is None:
            return None
        return self.own.entry_on(self.day, key) or self.own.mentions.get(key)

    def powers(self) -> dict[tuple[str, str, str], Power]:
        """Its own split of powers, by aspect, action and mode; the mode is empty where it is of all others."""
        own = self.own.powers if self.own else ()
        return {(power.aspect, power.action, power.mode or ""): power for power in own}

    def applying(self, aspect: str, action: str, mode: str) -> Power | None:
        """What applies there, whichever layer says it."""
        return self.rulebook.power(aspect, action, mode)


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry or power that the two have otherwise. Each side is told line by line, the first being the rule."""

    sign: Sign
    key: str
    means: Words
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(before: Side, after: Side) -> Iterator[Difference]:
    """Every difference in the order in which people read them, the split of powers last."""
    for key in sorted(REGISTRY, key=lambda key: tuple(GROUPS).index(key.partition(".")[0])):
        told = _told(before, key), _told(after, key)
        if told[0] != told[1]:
            sign = _sign(before.said(key), after.said(key))
            yield Difference(sign, key, REGISTRY[key].means, *told)
    split = before.powers(), after.powers()
    for each in sorted(split[0].keys() | split[1].keys()):
        told = _told_power(before, each), _told_power(after, each)
        if told[0] != told[1]:
            sign = _sign(split[0].get(each), split[1].get(each))
            yield Difference(
                sign, f"powers.{'.'.join(filter(None, each))}", SPLIT_ASPECTS[each[0]].means, *told
            )


def _sign(before: object, after: object) -> Sign:
    if (before is None) == (after is None):
        return "~"
    return "+" if before is None else "-"


def _told(side: Side, key: str) -> tuple[str, ...]:
    """What a side says of an entry and from where, or who answers because it does not."""
    said = side.said(key)
    if isinstance(said, Entry):
        return (_rule(said), *_reasons(said))
    lines = [_both(SILENT)] if said is None else [_mentioned(said)]
    if side.rulebook.answers(key):
        answer = side.rulebook.entry(key)
        layer = LAYER_WORDS[answer.layer]
        lines.append(f"{layer.zh} {layer.en}: {_rule(answer)}")
    return tuple(lines)


def _rule(entry: Entry) -> str:
    adopted = f"，采用自 adopted from {entry.adopted_from}" if entry.adopted_from else ""
    return f"{_both(shown(entry.key, entry.value))}  [{source(entry.document, entry.article)}{adopted}]{_days(entry)}"


def _reasons(entry: Entry) -> Iterator[str]:
    if entry.because:
        yield f"理由 because: {entry.because}"
    for kept in entry.alternatives:
        rule = f"{_both(shown(entry.key, kept.value))}  [{source(kept.document, kept.article)}]"
        yield f"另有 also: {rule} {kept.says}"
    if entry.note:
        yield f"说明 note: {entry.note}"


def _mentioned(mention: Mention) -> str:
    note = f"  说明 note: {mention.note}" if mention.note else ""
    return f"{_both(shown_mention(mention))}  [{source(mention.document, mention.article)}]{note}"


def _told_power(side: Side, which: tuple[str, str, str]) -> tuple[str, ...]:
    """What a side says of a power and from where, or who answers because it does not."""
    power = side.powers().get(which)
    if power is not None:
        return (_split(power), *_note(power))
    applies = side.applying(*which)
    if applies is None:
        return (_both(NOT_SPLIT),)
    if side.own is not None and applies in side.own.powers:
        # It does not speak of this mode apart.
        return (_split(applies), *_note(applies))
    layer = LAYER_WORDS[applies.layer]
    return (_both(SILENT), f"{layer.zh} {layer.en}: {_split(applies)}")


def _split(power: Power) -> str:
    return f"{_both(shown_power(power))}  [{source(power.document, power.article)}]"


def _note(power: Power) -> Iterator[str]:
    if power.note:
        yield f"说明 note: {power.note}"


def _days(entry: Entry) -> str:
    since = f" 自 from {entry.valid_from}" if entry.valid_from else ""
    until = f" 至 until {entry.valid_until}" if entry.valid_until else ""
    return since + until


def _both(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} / {words.en}"
