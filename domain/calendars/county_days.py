"""Reading a county's own decision on its days: who rests or works when, by which document, valid for how long.

Pure, like the reading of a yearly notice (`rules.read_notice`), with which it shares the form. What the days do to
deadlines is not known here.
"""

from dataclasses import dataclass
from datetime import date

from domain.calendars.rules import stretch_of
from domain.rulebooks.forms import Reading
from domain.rulebooks.located import FileRefused, decode, read_located


@dataclass(frozen=True, slots=True)
class CountyDecision:
    """A decision of one county: each day that it makes one of work (True) or of rest, with the reason."""

    county: str
    document: str
    issued_on: date
    days: dict[date, tuple[bool, str]]


def is_of_a_county(file: bytes, *, name: str) -> bool:
    """Whether the file is a county's decision and not a yearly notice: it names its county. Raises FileRefused."""
    return "county" in read_located(decode(file, name=name), name=name).data


def read_county_days(file: bytes, *, name: str) -> CountyDecision:
    """One decision from a TOML file; `name` is what refusals call the file.

    Raises FileRefused with every fault and its line and column. `days` is how many the stretch has, so that a slip in
    a date is caught; no day lies outside the validity of the document::

        county = "pingyang"
        document = "平政办明电〔2026〕12号"
        issued_on = 2026-07-10
        valid_from = 2026-07-11
        valid_until = 2026-07-18

        [[rest]]
        reason = "台风停工"
        from = 2026-07-13
        to = 2026-07-14
        days = 2

        [[work]]
        reason = "补班"
        from = 2026-07-18
        to = 2026-07-18
        days = 1
    """
    reading = Reading(read_located(decode(file, name=name), name=name))
    top = reading.top()
    county, document = top.text("county"), top.text("document")
    issued_on = top.day("issued_on", required=True)
    valid_from, valid_until = top.day("valid_from", required=True), top.day("valid_until", required=True)
    stretches = [(works, form) for key, works in (("rest", False), ("work", True)) for form in top.each(key)]
    if not stretches:
        top.missing("rest")
    days: dict[date, tuple[bool, str]] = {}
    for works, form in stretches:
        reason = form.text("reason")
        for path, day in stretch_of(form):
            if valid_from and valid_until and not valid_from <= day <= valid_until:
                en, zh = f"{day} is outside the document's validity", f"{day}不在文件有效期内"
                reading.fault(path, "OUTSIDE_VALIDITY", en=en, zh=zh, at_value=True)
            if day in days:
                reading.fault(path, "TWICE", en=f"{day} is named twice", zh=f"{day}重复出现", at_value=True)
            days[day] = (works, reason)
        form.finish()
    top.finish()
    reading.refuse_if_faulty(FileRefused)
    assert issued_on is not None
    return CountyDecision(county=county, document=document, issued_on=issued_on, days=days)
