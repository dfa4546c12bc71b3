"""What the platform knows and does: one folder per capability, the same five files in each.

    __init__.py   what it is and is not, its life cycle, its words, the documents it comes from
    rules.py      states, transitions, pure decisions; takes `now`, returns values or raises its own refusals
    models.py     tables, each with its kind and its relations
    queries.py    reads, always through the actor's filter
    commands.py   writes, one verb per function

A command reads the same way everywhere: load through the filter (what is invisible is not found), require the
permission, apply the pure rule, write, start or meet deadlines, record for the audit, announce. It never commits;
the edge (`edge.py`) opens the transaction of a request or a job and commits it once.

Capabilities stand in layers and import downwards only: exports › referrals, alerts, supervision, discipline › agreements › assignments › liaisons ›
personnel › secondments, certificates › catalogue › patrols › staff › documents › notifications › substitutions › deadlines › calendars › rulebooks ›
organisations › audit, outbox. A lower one learns of an upper one only through announcements. `texts.py` is what all of them
say about what people write.
"""
