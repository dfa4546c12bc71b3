"""From the TOML that a place writes to a `Draft`, or to a list of faults with their lines and columns.

Everything is checked that can be checked with the one file in hand: keys, types, units, sources, dates, whose
document it is, whether a contradiction says which reading is applied. What other layers say is not looked at here.

A file reads like this:

    [rulebook]
    layer = "county"
    place = "pingyang"
    title = "…"
    valid_from = 2022-11-08

    [documents.KY-A5]
    title = "…"
    place = "kunyang"

    [referral.verify]
    value = 5
    unit = "working_days"
    document = "KY-A5"
    article = "8"
    adopted_from = "kunyang"
    because = "…"                       # needed where documents contradict each other
    valid_from = 2023-01-01             # optional, as is valid_until: the entry holds for less than the text

    [[referral.verify.alternatives]]
    value = 5
    unit = "working_days"
    document = "KY-A1"
    article = "6"
    says = "…"

    [referral.take_in]                  # the document speaks of it and fixes nothing: the layers below answer
    says = "promptly"
    document = "KY-A5"
    article = "8"
    adopted_from = "kunyang"

    [powers.register]                   # only in a county's file, or as the platform's default
    read = "both"
    roles = ["head", "officer"]
    document = "KY-A2"
    article = "6"
    adopted_from = "kunyang"

    [powers.appointment]
    decide = "home"
    heard = "host"                      # optional, as are consents and copied: of the other side
    roles = ["head"]
    document = "HC"
    article = "7"

    [powers.appointment.itinerant]      # optional: of those who are seconded in this mode
    decide = "both"
    document = "XX"
    article = "2"
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from domain.rulebooks.body_types import CODE
from domain.rulebooks.entries import Alternative, Document, Draft, Entry, Mention, Power, Procedure
from domain.rulebooks.entry_types import LimitType, Misfit, Type
from domain.rulebooks.forms import Form, Reading, nearest
from domain.rulebooks.located import FileRefused, read_located
from domain.rulebooks.registry import (
    GROUPS,
    LAYERS,
    REGISTRY,
    SIDES,
    SPLIT_ASPECTS,
    STAFF_MODES,
    Layer,
)
from domain.rulebooks.values import MENTIONS, Value
from policies.vocabulary import ROLES

STATE = "cn"
PLATFORM = "platform"
_OWN_TABLES = ("rulebook", "documents", "powers")
_GROUPS = tuple(GROUPS)

PROCEDURE = ("heard", "consents", "copied")
"""What may be said beside who decides: the other side's part in it."""


class RulebookRefused(FileRefused):
    """A rulebook that cannot be taken; nothing of it was loaded."""

    code = "RULEBOOK_REFUSED"
    en = "{file} is not a rulebook that can be loaded, {count} fault(s). Correct it and load it again:\n{faults_en}"
    zh = "规程文件{file}无法载入，共{count}处错误，请改正后重新载入：\n{faults_zh}"


def parse(text: str, *, name: str) -> Draft:
    """The rulebook that `text` is. `name` is the file's, for the faults. Raises `RulebookRefused`."""
    try:
        reading = Reading(read_located(text, name=name))
    except FileRefused as refused:
        raise RulebookRefused(refused.faults) from refused
    draft = _Reader(reading).draft(text=text, name=name)
    reading.refuse_if_faulty(RulebookRefused)
    return draft


class _Reader:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._top = reading.top()
        self._layer: Layer = "county"
        self._place = ""
        self._documents: dict[str, Document] = {}

    def draft(self, *, text: str, name: str) -> Draft:
        head = self._top.sub("rulebook")
        if not self._top.has("rulebook"):
            self._top.missing("rulebook")
        self._whose(head)
        county = head.text("county", pattern=CODE) if self._layer == "township" else None
        title = head.text("title")
        valid_from, valid_until = self._validity(head, required=True)
        head.finish()
        self._read_documents()
        said = self._said()
        powers = tuple(self._powers())
        for key in self._top.names():
            if key not in (*_OWN_TABLES, *_GROUPS):
                self._top.unknown_field(key, (*_OWN_TABLES, *_GROUPS))
        return Draft(
            name=name,
            text=text,
            title=title,
            layer=self._layer,
            place=self._place,
            county=self._place if self._layer == "county" else county,
            # A file without the date has a fault, so nobody will see this draft.
            valid_from=valid_from or date.min,
            valid_until=valid_until,
            documents=MappingProxyType(self._documents),
            entries=MappingProxyType({each.key: each for each in said if isinstance(each, Entry)}),
            mentions=MappingProxyType({each.key: each for each in said if isinstance(each, Mention)}),
            powers=powers,
        )

    def _validity(self, form: Form, *, required: bool = False) -> tuple[date | None, date | None]:
        valid_from = form.day("valid_from", required=required)
        valid_until = form.day("valid_until")
        if valid_from and valid_until and valid_until < valid_from:
            form.fault(
                "valid_until",
                "VALIDITY_REVERSED",
                en=f"it ends on {valid_until}, before it begins on {valid_from}",
                zh=f"有效期止于{valid_until}，早于起始日{valid_from}",
            )
        return valid_from, valid_until

    def _whose(self, head: Form) -> None:
        layer = head.word("layer", LAYERS)
        for known in LAYERS:
            if layer == known:
                self._layer = known
        if layer in ("national", "platform"):
            self._place = STATE if layer == "national" else PLATFORM
            if head.has("place"):
                head.fault(
                    "place",
                    "WRONG_LAYER",
                    en=f"the {layer} layer belongs to no place",
                    zh="国家层和平台层不属于任何地方，不应写place",
                )
        else:
            self._place = head.text("place", pattern=CODE)

    def _read_documents(self) -> None:
        documents = self._top.sub("documents")
        for code in documents.names():
            form = documents.sub(code)
            self._documents[code] = Document(
                code=code,
                title=form.text("title"),
                number=form.optional_text("number"),
                dated=form.day("dated"),
                place=form.text("place", pattern=CODE),
                superior=form.flag("superior"),
            )
            form.finish()

    def _said(self) -> list[Entry | Mention]:
        said: list[Entry | Mention] = []
        for group in self._top.names():
            if group not in _GROUPS:
                continue
            table = self._top.sub(group)
            for word in table.names():
                key = f"{group}.{word}"
                if key not in REGISTRY:
                    hint_en, hint_zh = nearest(key, tuple(REGISTRY))
                    self._reading.fault(
                        (group, word),
                        "UNKNOWN_ENTRY",
                        en=f'no rulebook has an entry "{key}"{hint_en}',
                        zh=f"规程中没有“{key}”这一项{hint_zh}",
                    )
                    continue
                form = table.sub(word)
                each = self._mention(key, form) if form.has("says") else self._entry(key, form)
                if each is not None:
                    said.append(each)
        return said

    def _mention(self, key: str, form: Form) -> Mention | None:
        says = form.word("says", MENTIONS)
        source = self._source(form)
        adopted_from = self._adopted_from(form, source)
        note = form.optional_text("note")
        if says == "promptly" and not isinstance(REGISTRY[key].type, LimitType):
            form.fault(
                "says", "NO_LIMIT", en="only a limit is kept promptly", zh="“及时”只能用于期限，此项不是期限"
            )
        form.finish()
        if not says or source is None:
            return None
        return Mention(key, says, self._layer, self._place, *source, adopted_from=adopted_from, note=note)

    def _entry(self, key: str, form: Form) -> Entry | None:
        known = REGISTRY[key]
        value, unit = self._measured(form, known.type)
        source = self._source(form)
        adopted_from = self._adopted_from(form, source)
        note = form.optional_text("note")
        because = form.optional_text("because")
        valid_from, valid_until = self._validity(form)
        alternatives = [self._alternative(each, known.type) for each in form.each("alternatives")]
        form.finish()
        if alternatives and because is None and not form.has("because"):
            self._reading.fault(
                form.path,
                "NOT_EXPLAINED",
                en='it keeps a contradicting statement, so "because" must say why this one is applied',
                zh="保留了相互矛盾的规定，须用because说明为何适用这一条",
            )
        if value is None or source is None:
            return None
        document, article = source
        return Entry(
            key=key,
            value=value,
            unit=unit,
            layer=self._layer,
            place=self._place,
            document=document,
            article=article,
            adopted_from=adopted_from,
            note=note,
            because=because,
            alternatives=tuple(kept for kept in alternatives if kept is not None),
            valid_from=valid_from,
            valid_until=valid_until,
        )

    def _alternative(self, form: Form, type_: Type) -> Alternative | None:
        value, unit = self._measured(form, type_)
        source = self._source(form)
        says = form.text("says")
        form.finish()
        if value is None or source is None:
            return None
        return Alternative(value=value, unit=unit, document=source[0], article=source[1], says=says)

    def _measured(self, form: Form, type_: Type) -> tuple[Value | None, str | None]:
        unit = form.optional_text("unit")
        if not form.has("value"):
            form.missing("value")
            return None, unit
        if form.has("unit") and unit is None:  # its own fault is noted already
            return None, None
        try:
            return type_.read(form.raw("value"), unit), unit
        except Misfit as misfit:
            path = (*form.path, *misfit.path)
            self._reading.fault(path, misfit.code, en=misfit.en, zh=misfit.zh, at_value=True)
            return None, unit

    def _source(self, form: Form) -> tuple[Document, str] | None:
        code = form.text("document")
        article = form.text("article")
        if code and code not in self._documents:
            hint_en, hint_zh = nearest(code, tuple(self._documents))
            form.fault(
                "document",
                "UNKNOWN_DOCUMENT",
                en=f"there is no [documents.{code}] in this file{hint_en}",
                zh=f"本文件中没有[documents.{code}]{hint_zh}",
            )
            return None
        return (self._documents[code], article) if code and article else None

    def _adopted_from(self, form: Form, source: tuple[Document, str] | None) -> str | None:
        """A place that takes over another's rule says whose; its own and its superiors' bind without a word."""
        adopted_from = form.optional_text("adopted_from", pattern=CODE)
        if source is None:
            return adopted_from
        issuer = source[0].place
        binds = source[0].superior or issuer in (self._place, STATE, PLATFORM)
        if not binds and not form.has("adopted_from"):
            self._reading.fault(
                form.path,
                "NOT_ADOPTED",
                en=f'the document is of "{issuer}" and binds only there: say adopted_from = "{issuer}"',
                zh=f'该文件由“{issuer}”制发，只在当地有效；采用时须写adopted_from = "{issuer}"',
            )
        if adopted_from is not None and adopted_from != issuer:
            form.fault(
                "adopted_from",
                "NOT_ADOPTED",
                en=f'adopted from "{adopted_from}", but the document is of "{issuer}"',
                zh=f"写明采用自“{adopted_from}”，但所引文件由“{issuer}”制发",
            )
        return adopted_from

    def _powers(self) -> list[Power]:
        if not self._top.has("powers"):
            return []
        if self._layer not in ("county", "platform"):
            self._reading.fault(
                ("powers",),
                "WRONG_LAYER",
                en="only a county splits powers between home and host, over the platform's default; this file is neither's",
                zh="派出单位与用人单位的权责划分只能由县级规程规定，未规定的按平台默认",
            )
        table = self._top.sub("powers")
        powers: list[Power] = []
        for aspect in table.names():
            if aspect in SPLIT_ASPECTS:
                powers.extend(self._split(aspect, table.sub(aspect)))
            else:
                table.unknown_field(aspect, tuple(SPLIT_ASPECTS))
        return powers

    def _split(self, aspect: str, form: Form) -> list[Power]:
        roles = self._roles(form)
        modes = [mode for mode in STAFF_MODES if form.has(mode)]
        powers = self._powers_of(aspect, form, roles)
        for mode in modes:
            powers += self._powers_of(aspect, form.sub(mode), roles, mode=mode)
        return powers

    def _roles(self, form: Form) -> tuple[str, ...]:
        roles = form.texts("roles")
        for index, role in enumerate(roles):
            if role not in ROLES:
                listed = ", ".join(ROLES)
                self._reading.fault(
                    (*form.path, "roles", index),
                    "UNKNOWN_WORD",
                    en=f'"{role}" is not one of: {listed}',
                    zh=f"“{role}”不在可选范围内，可选：{listed}",
                    at_value=True,
                )
        if not roles and not form.has("roles"):
            form.missing("roles")
        return roles

    def _powers_of(
        self, aspect: str, form: Form, roles: tuple[str, ...], *, mode: str | None = None
    ) -> list[Power]:
        """What is said of all modes but those that are spoken of apart, or of one of these."""
        sides: Mapping[str, str] = {
            action: form.word(action, SIDES) for action in SPLIT_ASPECTS[aspect].actions if form.has(action)
        }
        if not sides:
            form.missing(SPLIT_ASPECTS[aspect].actions[0])
        procedure = self._procedure(form, [SIDES[side] for side in sides.values() if side])
        source = self._source(form)
        adopted_from = self._adopted_from(form, source)
        note = form.optional_text("note")
        form.finish()
        if source is None:
            return []
        return [
            Power(
                aspect,
                action,
                side,
                roles,
                *source,
                adopted_from=adopted_from,
                note=note,
                procedure=procedure,
                mode=mode,
                layer=self._layer,
            )
            for action, side in sides.items()
            if side
        ]

    def _procedure(self, form: Form, deciding: list[tuple[str, ...]]) -> Procedure:
        """Who is heard, consents or gets a copy: never who decides anyway."""
        said = {part: form.word(part, ("home", "host"), required=False) for part in PROCEDURE}
        for part, side in said.items():
            if side and deciding and all(side in sides for sides in deciding):
                form.fault(
                    part,
                    "DECIDES_ITSELF",
                    en=f'"{side}" decides here itself, so nobody asks or tells it besides',
                    zh=f"“{side}”本身即为决定一方，无须另行征求意见、征得同意或者抄告",
                )
        return Procedure(**{part: side or None for part, side in said.items()})
