"""Who may do what, said in the tests' own words and tried over the real edge.

Each file holds one capability's rights as a table that people can read against the documents and the README: a line for each
act, a column for each side, and in it the roles that may. It was written from what a right is for, and is compared with no
policy row and no printed matrix. Whoever stands on no line may not.

Everybody tries everything: six roles in each of four bodies, of which one sent and has what it sent, one received it, one
oversees the county and one has nothing to do with it. Whoever may is heard, and if it is only to be told that what they act on
has changed meanwhile; whoever may not is refused, or finds nothing. Every attempt is undone, so the ground stays as it lies.

So a row of policy that nobody needs stands in no table, and one that is missing is missed here (`tests/mutants`).

    ground.py    the county, its people, and one row of every table
    own.py       what is on record of those who try, and guests who reach it by being who they are
    tables.py    reading the tables, and trying a line
"""
