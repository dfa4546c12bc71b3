"""The texts that come with the platform: statutes, defaults, and the rulebooks of the demo counties.

They are ordinary rulebooks, loaded by command like any other; nothing reads them from here at run time. A county's
own file stays wherever the county keeps it.
"""

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from domain.rulebooks.rules import Draft, Shelf, parse
from tenancy.refusals import Refusal

BELOW = ("national-2017.toml", "national.toml", "platform.toml")
"""What every county stands on, in the order of loading."""

DEMO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pingyang": ("pingyang.toml", "kunyang.toml"),
        "fuling": ("fuling.toml",),
        "xx": ("xx.toml",),
        "yangxin": ("yangxin.toml",),
        "huancui": ("huancui.toml",),
    }
)
"""Each demo county's own, and those of its townships."""


class NotShipped(Refusal):
    """A place of which no rulebook comes with the platform, nor is it a file."""

    code = "RULEBOOK_NOT_SHIPPED"
    en = '"{place}" is neither a file nor a place whose rulebook comes with the platform. Choose a file, or one of: {known}.'
    zh = "“{place}”既不是文件，也不是平台自带规程的地方。请选择文件，或者下列之一：{known}。"


def shipped_text(name: str) -> str:
    """The text of one of these files."""
    return resources.files("domain.rulebooks").joinpath("places", name).read_text(encoding="utf-8")


def shipped_texts(names: tuple[str, ...]) -> Mapping[str, str]:
    """Several of them by name, in order."""
    return {name: shipped_text(name) for name in names}


def drafts_below() -> list[Draft]:
    """The layers below a county that has loaded nothing."""
    return [parse(text, name=name) for name, text in shipped_texts(BELOW).items()]


def shelf_below(*, county: str) -> Shelf:
    """The same on a shelf: what `rulebook check` compares a file with."""
    return Shelf.of(*drafts_below(), county=county)


def drafts_of(place: str) -> tuple[list[Draft], list[Draft]]:
    """The texts of one place in the order of loading, and those of every layer it stands on. Raises `NotShipped`."""
    of_counties = {
        code: [parse(text, name=name) for name, text in shipped_texts(names).items()]
        for code, names in DEMO.items()
    }
    below = drafts_below()
    for drafts in (below, *of_counties.values()):
        own = [draft for draft in drafts if draft.place == place]
        if own:
            return own, [draft for draft in (*below, *drafts) if draft.place != place]
    known = dict.fromkeys(draft.place for drafts in (*of_counties.values(), below) for draft in drafts)
    raise NotShipped(place=place, known=", ".join(known))
