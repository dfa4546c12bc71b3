"""The texts that come with the platform: statutes, defaults, and the rulebooks of the demo counties.

They are ordinary rulebooks, loaded by command like any other; nothing reads them from here at run time. A county's
own file stays wherever the county keeps it.
"""

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from domain.rulebooks.rules import Shelf, parse

BELOW = ("national-2017.toml", "national.toml", "platform.toml")
"""What every county stands on, in the order of loading."""

DEMO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pingyang": ("pingyang.toml", "kunyang.toml"),
        "fuling": ("fuling.toml",),
        "xx": ("xx.toml",),
    }
)
"""Each demo county's own, and those of its townships."""


def shipped_text(name: str) -> str:
    """The text of one of these files."""
    return resources.files("domain.rulebooks").joinpath("places", name).read_text(encoding="utf-8")


def shipped_texts(names: tuple[str, ...]) -> Mapping[str, str]:
    """Several of them by name, in order."""
    return {name: shipped_text(name) for name in names}


def shelf_below(*, county: str) -> Shelf:
    """The layers below a county that has loaded nothing: what `rulebook check` compares a file with."""
    return Shelf.of(*(parse(text, name=name) for name, text in shipped_texts(BELOW).items()), county=county)
