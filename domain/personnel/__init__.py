"""Personnel: what a body does with the register of its own people.

    enter ──▶ on the register ──change (unit, post, rank, establishment, register)──▶ on the register ──leave──▶ left

Whoever is entered becomes a person of the county with the body as their home, found by name like everybody. A change holds
from a day on and leaves what was before as it was; one from the very first day of an entry corrects it. Leaving ends
everything that the body granted, with the next request: posts in the body and with its hosts, secondments; the
certificate is handed in. Who comes back is entered again, as the same person.

It gives nobody a post with rights: those in the body itself are the administrator's, those with a host follow from an order
(`secondments`). Auxiliaries have neither.

The register is read as a list, a body's own or by oversight the county's, in `view.py`: narrowed and ordered as the views of seconded staff
are, also by where people work and how they stand with certificates.

A whole roster is taken in from a spreadsheet by command (`roster.py` reads it, `on_record.py` says what a row adds, `intake.py`
writes): what the acts above would have added, for several bodies at once, all of it or nothing.

Words: personnel 人事人员, roster 人员名册表, to enter 登记, to change 变更, to leave 离岗, locked 锁定.
From: 昆阳 附件2 第3、5条; 阳新 四（二）1、3; 环翠 7-9. That leaving takes everything away is practice.
"""
