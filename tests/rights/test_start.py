"""The platform starts with the rows that it has, and not with one that names what no table declares.

A right on the parts of a thing is one on the thing itself, and so each table of it declares who stands how to its rows, also
where nobody asks: a row would otherwise look like a right and be none.
"""

from ops.compose import refuse_rows_that_cannot_be_asked


def test_has_a_table_for_every_row_and_a_relation_of_it() -> None:
    refuse_rows_that_cannot_be_asked()
