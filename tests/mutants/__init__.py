"""`make mutants`: whether a behavioural test misses each single thing that grants a right or holds a wall.

The mutants, which are listed by themselves, so that what is new is among them:

| mutant | is without |
| --- | --- |
| a row | one row of `policies/rules/*.csv`, as the book is put together |
| a permit | one permit that a place's rulebook compiles to |
| a relation | one relation that a table declares: nobody stands in it any more |
| a policy | one row-level policy of the database, for one verb of one login on one table |
| a wall | the same policy, but that it lets everything pass |

Printed matrices and declarations are no behaviour, so tests that only compare these are not asked (`hunt.ASKED`). While the
database lacks a policy the filter is off, so that what is missed is missed by row security alone.

One run records which test uses what and how long it takes. Then each mutant meets the tests that used it, the likeliest and
shortest first, until one fails that passes again without it. Tests come in stages, those that say who may do what first, and
a mutant that the first stage kills needs no other. What nobody uses survives without being run.

    kinds.py     what mutants there are, and how one is missed
    missing.py   what is taken away at the moment, wherever the house looks for it
    watching.py  which test uses what
    hunt.py      the run, as a plugin of pytest
    found.py     what was found so far, kept, so that a hunt that was broken off goes on
    __main__.py  `python -m tests.mutants`: the hunt, its table, its sum
"""
