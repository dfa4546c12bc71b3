"""Breadth-first execution of GraphQL: each level of an answer at once, instead of each object by itself.

    document ─▶ plan (kept) ─▶ level by level: values of a field for all objects ─▶ completed together ─▶ next level

`BreadthFirst` is an executor of graphql-core that takes the place of its field-by-field walk; everything before it (parsing,
validation, coercing variables) and everything that is not covered stays with graphql-core. Which fields can be answered for
many objects at once, and how, they say themselves (`ways.py`); all others are asked object by object, as ever, but still a
level at a time.

It gives the data that graphql-core gives, with the keys in the same order, and for each place that became null one of the
errors that graphql-core may report there. Two things differ, and are allowed to: siblings of a field that fails are not
cancelled, and of several errors below one null only the first in the order of the document is told.

Not covered, and left to graphql-core: `@defer` and `@stream`, arguments of fragments, directives on the operation itself,
conditions that are no truth values, middleware around resolvers, and signals to abort.

It knows no schema in particular: nothing here speaks of what is asked, only of how it is answered.
"""

from api.execution.executor import BreadthFirst
from api.execution.levels import let_it_go_out
from api.execution.plans import Left
from api.execution.ways import WAY, Attribute, Begun, FromSource, InstancesOf, Place, Together, TypeByValue

__all__ = [
    "WAY",
    "Attribute",
    "Begun",
    "BreadthFirst",
    "FromSource",
    "InstancesOf",
    "Left",
    "Place",
    "Together",
    "TypeByValue",
    "let_it_go_out",
]
