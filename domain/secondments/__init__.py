"""Secondments: officers owned by one body and used by another.

An entry says who, from which unit of which home, at which host, in which mode (stationed in one township, area team
covering several, itinerant) and post, under which order, since when and until when. An order names several people and,
but for the stationed, several hosts: there is one entry for each of both. In an area team the order says for every host who
of the team leads the contact with it and which officers keep it. A department asks who of its people works where; a
township who is stationed with it; a body with oversight sees the county's register.

    order (since) ──────▶ in force ──extend──▶ in force ──────▶ ended (until)
          └────────────────────┴─────────end──────────────────────▲

Ordering grants each officer a post with each host, from the first day on; ending takes away all that a person's entries
under the order granted, with the next request. Nothing else moves: what they had in hand is in the queue again by itself
(`assignments`).

The home's personnel orders and ends. What home and host may each decide about the officer is the county's split of powers; a
recall is refused without what it demands of the host, which is asked in `consultations`. Whoever leaves their home leaves its
hosts as well, and nobody is asked. Who decides about the officer's days is not here (`leave`, `night_duty`, `attendance`). How
long somebody has been at the front is counted here (`front.py`); who is to be exchanged is `rotations`.

The three views say besides until when those seconded may enforce (`certified.py`), and to a body what they have in hand there
(`referrals/workload.py`).

Words: secondment 派驻, home 派出单位, host 用人单位（乡镇）, stationed 派驻, area team 片区队伍, itinerant 巡回, order 文号,
liaison leader 联系领导, liaison officer of a team 联系执法人员, view 查看角度, workload 手头在办事项数.
From: 昆阳 正文一 (roster), 附件2 第3-6条; 涪陵 6; 环翠 7. Ending is practice.
"""
