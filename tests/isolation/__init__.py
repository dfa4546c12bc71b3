"""Tenants stay apart: whatever anybody asks or does, nothing of others' comes out, under either lock alone.

Two counties are filled with canaries, words that occur nowhere else, in every text of every table, of drafts, files,
notices, reasons, numbers, other people's posts. Then everybody asks everything: every field and every mutation of
the schema as it introspects itself, over real HTTP, with everybody's ids. A canary, or an id, may come back only to
whom the row that holds it belongs; nor may anything else about an answer change because others wrote something.

There are two locks. The **filter** stands in the queries (`work.visible`, from policies); **row security** in the
database. Each is taken away in turn, by putting the platform together differently (`locks.py`), never by a setting:

| composition | what must hold |
| --- | --- |
| both (a soak's) | walls between tenants and counties, and finer rights: role, aspect, post, oversight |
| row security off | the same. The filter alone keeps everything |
| filter off | walls between tenants and counties. Row security alone keeps them |

What one lock keeps, two keep: so both together are walked through by `make soak`, each alone by every `make test`.

What one lock alone does **not** keep, and is therefore not asked of it here:

- *Filter off*: finer rights. A colleague in the same body sees notices addressed to another post; an officer whose
  role grants nothing sees the body's matters; the receiver reads contents before the file was opened to it; a body
  that is party to a matter and holds a function also sees it as overseer.
- *Filter off*: who within the two parties does what. A receiver can withdraw in the sender's stead, an officer approve.
  What the party-less try is refused by the database, which the API can only call a failure of its own (`INTERNAL`);
  under the other compositions such an answer is a mistake and fails the tests.
- *Filter off* takes `work.visible` and `work.may` away. What queries say beside them stays: the county, the side of a
  list (sent, received, owed), the matter of an event. That row security alone walls counties off, on every table and
  for raw SQL, is shown in `tests/tenancy/test_walls.py`.
- *Row security off*: what a command would write in another body's name if it were written wrongly. Commands load
  what they change through the filter, so nothing strange is reached; but nothing would refuse the insert itself
  (`tests/tenancy/test_walls.py` shows that row security does).
- *Row security off*: parts that are only ever asked about wholes which came through the filter (the materials of a
  referral, the rungs of a deadline) would not be missed if they lost their own.
- Either: tables of the platform (logins, sessions, the statutory calendar) have no walls, and nothing asks for them.

    locks.py         the three compositions, each a server over a database of its own
    ground.py        two counties, their people and what lies there
    canaries.py      the words, where they lie, and who may read that
    asking.py        questions and acts made from the schema itself
    watching.py      sending them, and looking through everything that comes back
    life.py          what happens there anyway: referrals drafted, sent, accepted, returned
    strangers.py     telling a stranger's id from none, noticing that others wrote
    machine.py       the state machine
"""
