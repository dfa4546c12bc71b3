"""Ratios: how much of a force works below, how many a township's centre has, how many of them review in law, and how many
lead, day by day.

    below       of a department's enforcement staff, how many are seconded to townships in a mode that counts as the front
    centre      a township's permanent enforcement staff: its own who are there, and those stationed with it
    reviewers   of a township's enforcement staff, permanent or not, how many are named as legal reviewers
    leaders     a township's own middle leaders, on whichever register, and the leaders of teams stationed with it, together

Each is counted as of a day, from the register of staff and the register of secondments as they hold on that day: what is
past, running or ordered for later counts on its own days. What a place demands of it is a rulebook entry with its article,
of that day; where no document demands anything, it is counted all the same and nothing is met or missed. Named as a
legal reviewer, or as a leader, is whose post says so; of leaders there may be a total, which they are not to exceed. An area
team and itinerant officers are with several townships, and so they are in no township's centre; auxiliaries count nowhere.

It is asked of one body, by its own head and personnel or by oversight, or of the county as a whole, by oversight. A number comes out
and no entry: so it does not hang on how a county splits the register of secondments. Nothing is kept here and nobody is told.

Words: ratio 比例, share below 下沉比例, centre staff 中心正式工作人员, reviewers' share 法制审核人员比例, leaders' posts in
all 领导职数总量, demand 要求, month end 月末, front 一线.
From: 昆阳 附件2 第3条、第4条; 环翠 二（二）3、二（四）7、8. What counts on a day, and that posts name reviewers and leaders, is
practice.
"""
