"""Deadlines: who owes what by when, and which reminders that sets off.

What it is: the running limits of matters of any kind, each owed by one body (the obligor) and awaited by another, with
the rungs that ring on the way. What it is not: it does not know why something is owed (the capability that starts a
deadline does), not how long the limit is (the rulebook does), and not which days are worked (`domain/calendars`). It
sends nothing: the worker records a rung and announces it.

Life cycle::

    started ──▶ running ──warn──▶ ──due──▶ ──overdue──▶ ──escalate──▶     (rungs ring once each, in this order)
                 ▲ │ │└────────────── at any of them ──────────────┐
          resume │ │ suspend                                       ▼
                 │ ▼ ├── what was owed is done ──▶ met (in time, or late)        rings no more
           suspended └── nothing is owed any more ──▶ cancelled                  rings no more

    While it runs it may be extended (a longer limit from the same beginning) and recounted (the calendar changed); while
    it is suspended it stands still, rings nothing, and may end all the same. Each of these plans it anew and keeps old
    and new, with the ground. A due instant that is set ahead begins a round, in which every rung may ring once more; for
    one and the same due instant nothing rings twice.

Words:

| English | 中文 | meaning |
| --- | --- | --- |
| limit | 期限 | an amount of working days, calendar days or hours, from the rulebook |
| obligor | 承办单位（负有办理义务的一方） | the body that must act |
| working day | 工作日 | see `domain/calendars` |
| due instant | 届满时刻 | the last instant that is still in time |
| rung | 节点（预警、到期、逾期、上报） | one step of the ladder of reminders: warn, due, overdue, escalate |
| suspension | 中止计算 | time in which the clock stands still; what was left is left when it is resumed |
| recount | 重算 | counting anew from the beginning by a changed calendar |
| deadline change | 期限变动 | old and new of one of these, and because of what |
| round | 轮次 | everything that may ring for one due instant |
| extension | 延长期限 | a longer limit, granted before the first ran out, up to the cap in the rulebook |
| met, late | 办结、逾期办结 | done; done after the due instant |
| provisional | 暂定 | counted into a year whose calendar is not published |

`explaining.py` tells one count day by day (`walking.py`), in words (`wording.py`); it decides nothing.

Documents: Civil Code articles 201 and 203 (the first day is not counted, hours count from the hour, a last day that is
a day of rest rolls on, the last day ends at 24:00 or with the close of business); Administrative Penalty Law article 85
(short limits are working days); for the limits themselves the county's rulebook, e.g. Kunyang annex 5 article 8,
Fuling part 3, and the unnamed city part 2.
"""
