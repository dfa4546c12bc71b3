"""Assignments: who within a body handles a matter. Each body keeps its own, and no other body reads them.

    in the body's common queue ──give──▶ in a unit's queue ──claim──▶ in somebody's hands
                 │                            ▲                        │        │
                 └──────────claim─────────────┼────────────────────────┘        │
                                              └──release, or the post ends──────┘

A matter belongs to a unit and is claimed by a person in one of their posts. A claim counts only while that post lives:
when it ends, the matter is in the queue again with the next request, and nobody has to tidy up. Who has it now is
therefore never read from the row alone (`queries.py`).

What was given to a unit that is no more is its heir's (`lineage`): the row stays, and is read as that unit's.

An assignment is not a right: who may do what with a matter is a matter of policies, whoever has it in hand. It is not the
owner of the matter either, which is a body and stands on the matter itself, and it moves no clock.

Words: assignment 分办, queue 待办队列, give to a unit 交办, claim 认领, release 退回待办.

From: 昆阳 正文（27 人分属各岗位）、附件1 第6条 (the matter is the body's, not a unit's); queues and claims are practice (O3, S14).
"""
