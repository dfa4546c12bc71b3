"""Agreements: the list of materials that two bodies agreed on, in writing, for the referrals of one item.

    proposed ──confirm──▶ confirmed ──end──▶ ended
       ├──decline──▶ declined                 (an end that is fixed can still be brought forward)
       └──withdraw──▶ withdrawn

The head of one body proposes a list to another; the other's head confirms it, or declines with reasons. From its first
day on it stands in the place of the rulebook's list between these two, in either direction, for this item. A later list
for the same item supersedes it from that list's first day, and when the later one ends the earlier does not come back:
the rulebook answers again. Either side can end it from a day on.

What governs a day never changes once the day has begun: a list holds from the day after its confirmation at the
earliest and ends tomorrow at the earliest. So a matter keeps the list of the day on which it began.

It may refine and add, and may drop what the rulebook asks for, because both sides said so. The letter stays required.

An agreement is not a rulebook (it binds two bodies, not a county), and it checks no referral: those ask `in_force`.

Words: agreement 约定清单, agreed list 细化移送清单, propose 提出约定, confirm 书面确认, decline 不予确认,
withdraw 撤回, end 终止约定, in force 执行中, supersede 取代.

From: 昆阳 附件5 第8条 ("可以就具体事项制定细化移送清单，经双方书面确认后遵照执行"); 某市 二（三）2 案件移送协调协作.
The rest (declining, ending, superseding, from when) is practice: decision 21.
"""
