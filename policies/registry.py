"""The registry: which table each aspect speaks of, and whether every row can be asked of it.

`policies` imports no domain, so the composition root (`ops`) tells it: `registry.register(Referral, "referral")`.
Then it shows the registry all rows, and refuses to start when one names a relation that the table does not declare,
because such a row looks like a right, or a ban, and is none.

The registry takes no part in decisions: those go by the declaration of the row at hand.
"""

from collections.abc import Iterable
from typing import Any

from policies.relations import RELATIONS, UndeclaredRelation, declaration_of
from policies.rows import Row
from policies.vocabulary import ASPECTS
from tenancy.refusals import Refusal


class UnknownResource(Refusal):
    """A table is registered for a resource or aspect that the vocabulary does not have."""

    code = "POLICY_UNKNOWN_RESOURCE"
    en = (
        "{model} is registered for “{resource}”, which is neither a resource nor an aspect. There are: "
        "{known}. Use one of these."
    )
    zh = "{model} 登记的“{resource}”既不是资源也不是资源方面。可用的有：{known}，请改用其中之一。"


class UnregisteredAspect(Refusal):
    """A row speaks of an aspect that no table is registered for."""

    code = "POLICY_UNREGISTERED_ASPECT"
    en = "{place}: no table is registered for “{aspect}”. Register the one that holds it."
    zh = "{place}：没有为“{aspect}”登记任何表，请先登记。"


class Registry:
    """Filled by the composition root while the platform starts, and not changed afterwards."""

    def __init__(self) -> None:
        self._models: dict[str, list[type[Any]]] = {}

    def register(self, model: type[Any], resource: str) -> None:
        """Say that this table holds the resource (`referral`: all its aspects) or one aspect (`referral.events`).

        Several tables may hold one aspect. Raises `UnknownResource`, `UnknownRelation`, `UnknownColumn`.
        """
        aspects = [aspect for aspect in ASPECTS if resource in (aspect, aspect.partition(".")[0])]
        if not aspects:
            raise UnknownResource(model=model.__name__, resource=resource, known=", ".join(ASPECTS))
        declaration_of(model)
        for aspect in aspects:
            self._models.setdefault(aspect, []).append(model)

    def models_of(self, aspect: str) -> tuple[type[Any], ...]:
        """The tables that hold this aspect."""
        return tuple(self._models.get(aspect, ()))

    def refuse_what_cannot_be_asked(self, rows: Iterable[Row]) -> None:
        """Raises `UnregisteredAspect` or `UndeclaredRelation`, naming file and line, for the first such row.

        Shown the platform's rows when the platform starts, and a county's when its rulebook is loaded.
        """
        for row in rows:
            models = self.models_of(row.aspect)
            if not models:
                raise UnregisteredAspect(place=row.place, aspect=row.aspect)
            for model in models:
                declared = declaration_of(model).columns
                if RELATIONS[row.relation].name not in declared:
                    raise UndeclaredRelation(
                        place=row.place,
                        model=model.__name__,
                        relation=row.relation,
                        known=", ".join(declared) or "none",
                    )
