"""How a rulebook reads: its values in English and Chinese, where they stand, and what one text would do.

For people at a command line or in front of a page. Nothing is decided here and no programme reads it back.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter

from domain.rulebooks.body_types import HandoverType
from domain.rulebooks.entries import Document, Draft, Entry, Mention, Power
from domain.rulebooks.entry_types import ChoicesType, ChoiceType, EscalationType, MaterialsType, NumberType
from domain.rulebooks.registry import GROUPS, REGISTRY, SIDE_WORDS, STAFF_MODES
from domain.rulebooks.rules import Rulebook, Shelf, Version
from domain.rulebooks.values import (
    MENTIONS,
    Extension,
    Limit,
    Material,
    NumberFormat,
    OfficeSpan,
    Value,
    Words,
)
from policies.vocabulary import ROLES

YES_NO = {True: Words("yes", "是"), False: Words("no", "否")}
COUNTED = {
    "days": "日",
    "exports": "个",
    "months": "个月",
    "officers": "名",
    "working_days": "个工作日",
    "people": "人",
    "percent": "%",
    "years": "年",
    "yuan": "元",
}
"""The Chinese of what numbers count; other units are written alike."""


def shown(key: str, value: Value) -> Words:
    """What an entry says, in both languages."""
    match value:
        case bool():
            return YES_NO[value]
        case int():
            return _number(key, value)
        case date():
            return Words(value.isoformat(), f"{value.year}年{value.month}月{value.day}日")
        case Limit():
            return Words(str(value), value.zh)
        case Extension():
            return _extension(value)
        case NumberFormat():
            return _same(value.template)
        case str():
            return _words(key)[value]
        case Mapping():
            return _listed([_led(key, subject, body) for subject, body in value.items()])
        case _:
            return _listed([_item(key, item) for item in value])


def shown_mention(mention: Mention) -> Words:
    """What a document says of an entry without fixing it."""
    return MENTIONS[mention.says]


def shown_power(power: Power) -> Words:
    """Which side may do it, in which roles, and whose part the other side has in it."""
    side, roles = SIDE_WORDS[power.side], ", ".join(power.roles)
    roles_zh = "、".join(ROLES[role].zh for role in power.roles)
    said = [Words(f"{side.en}, as {roles}", f"{side.zh}（{roles_zh}）"), *_procedure(power)]
    return Words("; ".join(each.en for each in said), "；".join(each.zh for each in said))


def _procedure(power: Power) -> Iterator[Words]:
    procedure = power.procedure
    if procedure.heard:
        side = SIDE_WORDS[procedure.heard]
        yield Words(f"{side.en} is heard first", f"事先征求{side.zh}意见")
    if procedure.consents:
        side = SIDE_WORDS[procedure.consents]
        yield Words(f"{side.en} must consent", f"须经{side.zh}同意")
    if procedure.copied:
        side = SIDE_WORDS[procedure.copied]
        yield Words(f"{side.en} gets a copy", f"抄告{side.zh}")


def shown_mode(mode: str | None) -> Words:
    """Of which officers a power is: those seconded in a mode, in brackets; nothing for all others."""
    if mode is None:
        return _same("")
    return Words(f" ({STAFF_MODES[mode].en})", f"（{STAFF_MODES[mode].zh}）")


def source(document: Document, article: str) -> str:
    """The document as a letter cites it, with its number where it bears one, and the article."""
    number = f"（{document.number}）" if document.number else ""
    return f"{document.title}{number} {article}"


def describe(draft: Draft, *, below: Shelf | None = None) -> list[str]:
    """What a text would do, for `rulebook check`: each known key, the answer, its source, and who answers if silent.

    `below` holds the other layers; without it, silent keys are only named.
    """
    rulebook = _with_the_layers_below(draft, below)
    lines = [line for key in sorted(REGISTRY) for line in _described(key, draft, rulebook)]
    lines.extend(
        f"powers.{power.aspect}{shown_mode(power.mode).en}: {power.side} may {power.action}, {_as(power)}"
        for power in sorted(draft.powers, key=attrgetter("aspect", "action"))
    )
    return lines


def _as(power: Power) -> str:
    return "; ".join((f"as {', '.join(power.roles)}", *(each.en for each in _procedure(power))))


def _with_the_layers_below(draft: Draft, below: Shelf | None) -> Rulebook:
    """The text in hand, as the latest of its place, on its first day."""
    known = () if below is None else below.versions
    others = [version for version in known if version.draft.place != draft.place]
    number = 1 + len(known) - len(others)
    shelf = Shelf([*others, Version(number, draft)], county=draft.county or "")
    return shelf.on(draft.valid_from, inside=draft.place if draft.layer == "township" else None)


def _described(key: str, draft: Draft, rulebook: Rulebook) -> list[str]:
    own = draft.entries.get(key)
    if own is not None:
        return [
            f"{key} = {shown(key, own.value).en}  [{own.document.title} {own.article}]{_validity(own)}",
            *(
                f"    also: {shown(key, kept.value).en}  [{kept.document.title} {kept.article}] {kept.says}"
                for kept in own.alternatives
            ),
        ]
    mention = draft.mentions.get(key)
    said = (
        "silent"
        if mention is None
        else f"{shown_mention(mention).en}  [{mention.document.title} {mention.article}]"
    )
    if not rulebook.answers(key):
        return [f"{key}: {said}"]
    answer = rulebook.entry(key)
    return [f"{key}: {said}; {answer.layer} answers {shown(key, answer.value).en}"]


def _validity(entry: Entry) -> str:
    since = f" from {entry.valid_from}" if entry.valid_from else ""
    until = f" until {entry.valid_until}" if entry.valid_until else ""
    return f" {since}{until}" if since or until else ""


def _number(key: str, value: int) -> Words:
    measured = REGISTRY[key].type
    unit = measured.unit if isinstance(measured, NumberType) else ""
    return Words(f"{value} {unit}", f"{value}{COUNTED.get(unit, f' {unit}')}")


def _extension(value: Extension) -> Words:
    if not value.allowed:
        return YES_NO[False]
    said = [YES_NO[True]]
    if value.at_most is not None:
        said.append(Words(f"up to {value.at_most} in all", f"总计不超过{value.at_most.zh}"))
    if value.needs_reason:
        said.append(Words("with a reason", "须说明理由"))
    if value.prior_notice:
        said.append(Words("with prior notice", "须事先告知"))
    return Words(", ".join(each.en for each in said), "，".join(each.zh for each in said))


def _words(key: str) -> Mapping[str, Words]:
    """The closed set that an entry's words are from; of one without, every word stands for itself."""
    match REGISTRY[key].type:
        case ChoiceType(words=words) | ChoicesType(words=words) | EscalationType(functions=words):
            return words
        case _:
            return {}


def _item(key: str, item: Limit | str | OfficeSpan | Material) -> Words:
    match item:
        case Limit():
            return Words(str(item), item.zh)
        case OfficeSpan():
            return _same(f"{item.opens:%H:%M}–{item.closes:%H:%M}")
        case Material():
            return _material(key, item)
        case _:
            return _words(key).get(item, _same(item))


def _material(key: str, item: Material) -> Words:
    listed = REGISTRY[key].type
    if not isinstance(listed, MaterialsType):
        return _same(item.name)
    kind, need = listed.kinds[item.kind], listed.needs[item.need]
    return Words(f"{item.item}. {kind.en} ({need.en})", f"{item.item}. {item.name}（{need.zh}）")


def _led(key: str, subject: str, to: str) -> Words:
    """What leads to whom: an overdue matter before a function, or one body's finds to another."""
    if isinstance(REGISTRY[key].type, HandoverType):
        return _same(f"{subject} → {to}")
    body = _words(key)[to]
    what = GROUPS.get(subject) or REGISTRY[subject].means
    return Words(f"{subject} → {body.en}", f"{what.zh}→{body.zh}")


def _listed(items: Sequence[Words]) -> Words:
    if not items:
        return Words("none", "无")
    return Words("; ".join(item.en for item in items), "；".join(item.zh for item in items))


def _same(text: str) -> Words:
    return Words(text, text)
