"""Who sees and does what with people, secondments and certificates: an oracle, and random counties to hold against it.

The oracle is what the documents and the README say, written a second time in plain Python over plain data: it imports nothing
of the product. In its worlds people are seconded to several hosts at once, secondments are over or to come or overlap, posts
have ended, a county's rules let both bodies read the register or neither, bodies oversee and are party, and another county lies
beside. Held against it are

- **whether somebody can act at all**, in each of their posts;
- **the decision** about each act on each row;
- **the lists**, from each side;
- **GraphQL**, by id and by nested paths, over real HTTP;
- **row security alone**: raw SQL of the app's login in the scope of the post, with no filter at all.

    world.py    random counties as plain data
    answers.py  what the oracle says of them
    laid.py     the same counties in PostgreSQL
"""
