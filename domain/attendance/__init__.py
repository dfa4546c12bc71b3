"""Attendance: who was in post on which day, as whichever side records it that manages the officer's days.

    recorded ──correct (with a reason)──▶ recorded anew; what was on record before stays, as corrected

Of a person there is one entry for a day at a time: present, late, absent without leave, on duty elsewhere. Whoever is on leave
for the whole day has none: that follows from approved leave and is never typed; and what was typed before leave was approved
for that day counts no more. Who records and who reads besides the officer
is the county's split of powers (`[powers.attendance]`).

A tally counts facts of a person between two days: days present, late, absent, elsewhere, working days on leave, nights of
duty missed. What follows from them (the host's benefits, appraisal) is others' to decide, who count them.

Words: attendance 考勤, entry 考勤登记, to record 登记, to correct 更正, present 到岗, late 迟到, absent without leave 旷工（未请假缺勤）,
on duty elsewhere 外出公务, tally 考勤统计.

From: 昆阳 附件2 第6、8条 (平时考核); 环翠 7、四（三） (到岗到位); 某市 二（一）2. One entry a day and corrections are practice.
"""
