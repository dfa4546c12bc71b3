"""Who may do what: an actor's roles, the actor's relation to a row, and the rows that connect the two.

Tenancy has already answered the coarse question, which body is acting and which rows it can reach at all. This room
answers the finer one: *may this officer do this to this side of this row?* Let us unpack that.

- The **actor** is one person in one capacity (`tenancy.actor`). Nothing is ever granted to a person.
- A **role** is what the capacity is for: `officer`, `head`, `registrar`, `coordinator`, `supervisor`. Roles do not
  inherit from one another; where a head may do what an officer may, the rows say so.
- A **relation** is how the actor stands to the row: sender, receiver, overseer … A closed set (`relations.py`), read
  off the row's own columns as its table declares them.
- An **aspect** is one side of a resource, `referral.letter` or `referral.file`, since who may read the letter need not
  be who may read the file.
- A **row** of policy is (county, role, relation, resource.aspect, action, effect). `rules/*.csv` hold the platform's;
  a county may add its own from its rulebook.

## A morning in the county

The county's transport bureau finds a lorry yard in Kunyang town that dumps spoil on the road. That is the town's to
punish, so the case has to go there.

**Zhou** is an officer of the bureau. She drafts the letter. The row's `from_id` is the bureau, her capacity acts for
the bureau, so she stands to it as `sender`, and there is a row `*, officer, sender, referral.letter, draft, permit`.
She submits it, but she cannot approve it: no row says that an officer may, and silence denies.

**Lin**, the bureau's head, approves it: `*, head, sender, referral.letter, approve, permit`. **Tang**, the registrar,
sends it. Until that moment the letter named no receiver in `to_id`, so nobody in Kunyang stood in any relation to it:
asking for it by its id, they were told that there is no such thing. Now `to_id` is Kunyang.

**Xu** sits at Kunyang's desk as registrar and takes it in. He reads the letter and the list of what came with it,
as `receiver`. He cannot read the files themselves at first, because `referral.file` asks for the relation `admitted`
and the column behind it is empty. It is filled when the county's rulebook opens the file to the receiver: on taking in
where the receiver has to verify first, otherwise when **Gao**, Kunyang's head, accepts. Accepting is not for Xu.

**Wu** works in the county's coordination office, whose function it is to oversee the county. She reads the letter as
`overseer`. The files she can `open`, which is another action than `read` and leaves a line in the audit trail before
the answer goes out: nobody looks into a case file in passing. Had the coordination office itself sent the letter, Wu
would not be its overseer. A body that is party to a matter exercises no function on it, and `relations.py` sees to
that once for all tables.

Zhou is also seconded to Kunyang. Acting as the town she is `receiver` of the letter that she drafted in the morning,
with the role that the town gave her, and no longer `sender`. On the evening the secondment ends, so does that.

One day the county finds that registrars of the bureau sent letters nobody had read, and bans it:
`<county>, registrar, sender, referral.letter, send, forbid`. Lin may still send, as a head. But Tang may not, and
making him a head as well would not help: a ban on one of his roles is a ban on him.

## How a question is answered

    Authority.may("approve", "referral.letter", row)          Authority.visible(Referral, "referral.letter")
              |                                                         |
              +---- plan: which relations permit, which forbid ---------+
              |     Snapshot -> Book -> Casbin, remembered              |
              |                                                         |
        any permitting relation holds                  OR of the permitting relations' SQL
        and no forbidding one does                     AND NOT OR of the forbidding ones'

Casbin is asked about roles and relations and never sees a row of data, so its answers can be kept, and a decision and
a list cannot disagree: they are one plan and one declaration, seen from two sides. A question asked for the first
time may take 2 ms, a remembered one 2 µs; `docs/decisions/0012-policies.md` has what was measured.

## Where things are

    vocabulary.py   the words: roles, aspects, actions           relations.py   the relations, in memory and in SQL
    rules/*.csv     the platform's rows, one file a capability   rows.py        reading and refusing rows
    model.conf      what Casbin is told about matching           book.py        rows behind Casbin; its only importer
    snapshot.py     one county at one version; plans             registry.py    aspects and tables, checked at the start
    authority.py    what commands and queries ask                matrix.py      every role × relation × action, printed

To give a right, write a row, run the tests, and read the difference in `tests/policies/expected/`. To speak of a new
resource, name it in `vocabulary.py`, declare `relations` on its model, and register the model where the platform is
put together.

What is not here: states and procedure (the domain's rules), the walls between tenants (`tenancy`), and people.
"""

from policies.authority import Authority
from policies.book import Book
from policies.registry import Registry
from policies.rows import county_rows, platform_rows
from policies.snapshot import Plan, Snapshot

__all__ = ["Authority", "Book", "Plan", "Registry", "Snapshot", "county_rows", "platform_rows"]
