"""The page that lays the rulebooks side by side, `docs/rulebooks.md`: what each of five places says, where, and why.

It is made from the texts that come with the platform, so it cannot say anything else than what applies. A county's own
file is compared by `gongguan rulebook diff` instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from domain.rulebooks.differences import NOT_SPLIT, SILENT, Side
from domain.rulebooks.entries import Document, Draft, Entry, Mention, Power
from domain.rulebooks.registry import GROUPS, LAYER_WORDS, REGISTRY, SPLIT_ASPECTS
from domain.rulebooks.shipped import drafts_below, drafts_of
from domain.rulebooks.shown import shown, shown_mention, shown_mode, shown_power
from domain.rulebooks.values import Value, Words

PLACES: Mapping[str, Words] = {
    "kunyang": Words("Kunyang", "昆阳镇"),
    "fuling": Words("Fuling", "涪陵区"),
    "yangxin": Words("Yangxin", "阳新县"),
    "huancui": Words("Huancui", "环翠区"),
    "xx": Words("the city XX", "XX市"),
}
SPLITS_FOR = {"kunyang": "pingyang"}
"""Only a county splits powers: for the town stands the county that took its rules over."""

BELOW = Words("default or statute", "平台默认或法律")

MANY = 4
"""A list that is longer is only counted in the table that has all places, and written out below it."""

OPENING = """# Rulebooks side by side 规程对照

What five places say of each entry that a rulebook may hold, where they say it, and who answers where they do not, on
{day}. The documents decide; nothing here is law by itself. This page is generated (`gongguan rulebook page`) from
`domain/rulebooks/places/`; `gongguan rulebook diff A B` compares two of them, or a county's own file with one.

五个地方对规程各条目的规定、依据，以及未作规定时由谁作答（以{day}为准）。以原文件为准，本页不是法律依据。
本页由 `gongguan rulebook page` 根据 `domain/rulebooks/places/` 生成；`gongguan rulebook diff A B` 可比较两地，也可将本县文件与之比较。

In the first table of each part 各部分首表中:

| written | meaning | 含义 |
| --- | --- | --- |
| **5个工作日** | the place's own document says so | 当地文件有规定 |
| *及时（未定期限）* | its document speaks of it and fixes nothing: the last column answers | 当地文件提及而未作具体规定，按末列办理 |
| — | its document is silent: the last column answers | 当地文件未作规定，按末列办理 |
| 90日（法律） | in the last column: what a statute says; all else there is practice and not law | 末列中为法律规定，其余为惯例而非法律规定 |
"""


def rulebook_page() -> str:
    """The page as it is committed."""
    texts = {place: drafts_of(place) for place in PLACES}
    below = drafts_below()
    day = max(draft.valid_from for own, others in texts.values() for draft in (*own, *others))
    sides = {place: Side.of(own, others=others, day=day) for place, (own, others) in texts.items()}
    default = Side.of(
        [draft for draft in below if draft.layer == "platform"], others=_statutes(below), day=day
    )
    parts = [OPENING.format(day=day), _documents(texts, below, day=day)]
    parts += [_group(group, sides, default) for group in GROUPS]
    parts.append(_powers(sides, default, day=day))
    return "\n".join(parts)


def _statutes(below: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in below if draft.layer == "national"]


def _documents(
    texts: Mapping[str, tuple[list[Draft], list[Draft]]], below: Sequence[Draft], *, day: date
) -> str:
    lines = [
        "## Documents 文件\n",
        "| code 代号 | place 地方 | document 文件 | number 文号 | of 日期 | in the rulebook from 规程自何日采用 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    issuers = [(_name(place), own) for place, (own, _) in texts.items()]
    for name, drafts in (*issuers, (_both(BELOW), [draft for draft in below if draft.holds_on(day)])):
        cited = {document: draft for draft in reversed(drafts) for document in draft.documents.values()}
        lines += [
            _row(each.code, name, each.title, each.number or "—", each.dated or "—", draft.valid_from)
            for each, draft in sorted(cited.items(), key=lambda item: item[0].code)
        ]
    return "\n".join((*lines, ""))


def _group(group: str, sides: Mapping[str, Side], default: Side) -> str:
    keys = [key for key in REGISTRY if key.partition(".")[0] == group]
    names = (PLACES[place].zh for place in sides)
    lines = [
        f"## {GROUPS[group].en.capitalize()} {GROUPS[group].zh}\n",
        _row("条目 entry", *names, _both(BELOW)),
        _row(*["---"] * (len(sides) + 2)),
    ]
    lines += [
        _row(
            f"[{_heading(key)}](#{_anchor(key)})<br>`{key}`",
            *(_short(side, key) for side in sides.values()),
            _answer(default, key),
        )
        for key in keys
    ]
    for key in keys:
        lines += ["", *_entry(key, sides, default)]
    return "\n".join((*lines, ""))


def _heading(key: str) -> str:
    return REGISTRY[key].means.zh.rstrip("。")


def _anchor(key: str) -> str:
    """As renderers make it of a heading."""
    return key.replace(".", "")


def _short(side: Side, key: str) -> str:
    """A cell of the table with all places."""
    said = side.said(key)
    if isinstance(said, Entry):
        return f"**{_brief(key, said.value)}**"
    return f"*{shown_mention(said).zh}*" if said else "—"


def _answer(default: Side, key: str) -> str:
    """The last cell of that table: what answers a place that is silent."""
    answer = default.rulebook.entry(key)
    return _brief(key, answer.value) + ("（法律）" if answer.layer == "national" else "")


def _brief(key: str, value: Value) -> str:
    if isinstance(value, tuple) and len(value) > MANY:
        return f"{len(value)}项"
    return shown(key, value).zh


def _entry(key: str, sides: Mapping[str, Side], default: Side) -> Iterator[str]:
    means = REGISTRY[key].means
    yield f"### {key}\n"
    yield f"{means.zh}\n"
    yield f"{means.en}\n"
    yield _row("place 地方", "says 规定", "where 依据", "remarks 说明")
    yield _row(*["---"] * 4)
    silent = []
    for place, side in sides.items():
        said = side.said(key)
        if isinstance(said, Entry):
            yield _row(
                _name(place), _both(shown(key, said.value)), _where(said.document, said.article), _why(said)
            )
        elif said is not None:
            yield _row(
                _name(place), _both(shown_mention(said)), _where(said.document, said.article), _note(said)
            )
        else:
            silent.append(_name(place))
    answer = default.rulebook.entry(key)
    yield _row(
        _both(LAYER_WORDS[answer.layer]),
        _both(shown(key, answer.value)),
        _where(answer.document, answer.article),
        _why(answer),
    )
    if silent:
        layer = LAYER_WORDS[answer.layer]
        yield f"\n未作规定，由{layer.zh}作答 silent, answered by {layer.en}: {'、'.join(silent)}"


def _why(entry: Entry) -> str:
    remarks = [f"理由：{entry.because}"] if entry.because else []
    remarks += [
        f"另有：{_both(shown(entry.key, kept.value))}({_where(kept.document, kept.article)}) {kept.says}"
        for kept in entry.alternatives
    ]
    if entry.note:
        remarks.append(entry.note)
    if entry.valid_from:
        remarks.append(f"自{entry.valid_from}起")
    return "<br>".join(remarks)


def _note(mention: Mention) -> str:
    return mention.note or ""


def _powers(sides: Mapping[str, Side], default: Side, *, day: date) -> str:
    split = {
        place: Side.of(drafts_of(SPLITS_FOR[place])[0], others=[], day=day) if place in SPLITS_FOR else side
        for place, side in sides.items()
    }
    lines = [
        "## Split of powers 权责划分\n",
        "Only a county splits powers between home and host 只有县级规程可以划分派出单位与用人单位的权责。",
        "For Kunyang stands Pingyang county, which took its rules over 昆阳镇一栏为采用其规定的平阳县。",
        "A county that is silent on an aspect has the platform's default 县级规程未作规定的，按平台默认办理。\n",
        _row("aspect 事项", "place 地方", "who may 谁可以", "where 依据", "remarks 说明"),
        _row(*["---"] * 5),
    ]
    for aspect, what in SPLIT_ASPECTS.items():
        for action in what.actions:
            lines += [
                _row(f"{_both(what.means)}: {action}", name, *told)
                for name, told in _split_of(aspect, action, split, default)
            ]
    return "\n".join((*lines, ""))


def _split_of(
    aspect: str, action: str, split: Mapping[str, Side], default: Side
) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """What each place says of an act in an aspect, mode by mode, and the platform's default."""
    answer = default.powers().get((aspect, action, ""))
    for place, side in split.items():
        said = [power for key, power in side.powers().items() if key[:2] == (aspect, action)]
        for power in said:
            yield f"{_name(place)}{shown_mode(power.mode).zh}", _told(power)
        if not said:
            yield _name(place), (_both(SILENT) if answer else _both(NOT_SPLIT), "—", "")
    if answer:
        layer = LAYER_WORDS["platform"]
        yield f"{layer.zh} {layer.en}", _told(answer)


def _told(power: Power) -> tuple[str, str, str]:
    return _both(shown_power(power)), _where(power.document, power.article), power.note or ""


def _name(place: str) -> str:
    return f"{PLACES[place].zh} {PLACES[place].en}"


def _where(document: Document, article: str) -> str:
    return f"{document.code} {article}"


def _both(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} / {words.en}"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
