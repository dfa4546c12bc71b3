"""The type of an entry that says whether a limit may be extended, up to what in all, and what that takes.

`false`, or a table: { at_most = 10, needs_reason = true, prior_notice = true } with the unit of the limit. Without
`at_most` the document names no cap. It knows no limit and extends none: `domain/deadlines/commands.py` does.
"""

from dataclasses import dataclass

from domain.rulebooks.entry_types import LimitType, Misfit, Type
from domain.rulebooks.values import Extension

TERMS = ("needs_reason", "prior_notice")


@dataclass(frozen=True)
class ExtensionType(Type):
    """Whether a limit may be extended, and how far."""

    def read(self, raw: object, unit: str | None) -> Extension:
        """Raises `Misfit`."""
        if raw is False:
            self.refuse_unit(unit)
            return Extension(allowed=False)
        if not isinstance(raw, dict) or not set(TERMS) <= set(raw) <= {"at_most", *TERMS}:
            raise self._misfit(("value",))
        for term in TERMS:
            if not isinstance(raw[term], bool):
                raise self._misfit(("value", term))
        if "at_most" not in raw:
            self.refuse_unit(unit)
        return Extension(
            allowed=True,
            at_most=LimitType().read(raw["at_most"], unit) if "at_most" in raw else None,
            needs_reason=raw["needs_reason"],
            prior_notice=raw["prior_notice"],
        )

    @staticmethod
    def _misfit(path: tuple[str | int, ...]) -> Misfit:
        return Misfit(
            "WRONG_FORM",
            en="write false, or { at_most = …, needs_reason = …, prior_notice = … }; at_most may be left out",
            zh="应写作false，或者{ at_most = …, needs_reason = …, prior_notice = … }，at_most可以不写",
            path=path,
        )
