"""Exports: a ledger as a spreadsheet, with the rows and in the order that the clerk's own register shows.

    waiting ──▶ running ──▶ done ──▶ expired
       │           │ ╰─▶ failed (a right ended, or every attempt ended without a word)
       ╰─────┬─────╯
             ╰─▶ cancelled

Whoever asked is the one in whose post the rows are read, portion by portion, with the rights that the post has at that
moment: an export never shows more than the screen, and stops when the screen would have. What was read so far is then
gone; only a whole file is ever kept, for as long as the rulebook says, and only for the post that asked for it.

Which rows, and in which order, is found when it is begun: the ids, all at once. Then each row stands as it was when it
was read, if the register still had it. So none is there twice and none is missing that was in the register all the time,
also in an order by due dates, which move.

It is not a report with figures of its own, and not a copy of a body's data for another system.

    rules.py      states, what a state admits, why one fails        ledgers.py    all ledgers, and that of referrals
    models.py     the entry                                         ledger.py     what a ledger is
    queries.py    one's own entries, and the machinery's look       people.py     the ledgers of people
    commands.py   asking, making, ending                            workbook.py   cells, sheets, Excel's limits

Words: export 台账导出, ledger 台账, register 登记簿, portion 批, attempt 尝试, to expire 到期清除.
From: 阳新 5.2 (ledgers as spreadsheets); progress, limits and expiry are practice.
"""
