"""Night duty: the roster of a body, who is there on which night, and who was.

    planned ──its night is over──▶ unrecorded ──record──▶ attended | missed
       ├──take off──▶ taken off
       └ vacant, as soon as whoever was planned is on leave that night or works with the body no more

    swap: proposed ──accept──▶ agreed ──confirm──▶ swapped        (where the rulebook asks for no confirmation: at once)
              │                   └──decline, withdraw──▶ declined, withdrawn
              └──────decline, withdraw──▶ declined, withdrawn

A body plans its own roster. Whom it may put there is the county's split of powers (`[powers.night_duty]`): its own people who
work at home, and of seconded ones those whose night duty its side holds. Nobody is planned who is away, and nobody twice the
same night. That somebody's secondment ended, that they left, or that leave was approved later, is asked each time a night is
read: it shows as a gap then (`queries.conditions`), and nobody has to tidy up. Two colleagues swap nights; until a swap holds,
the roster stays as it is.

What was missed is a fact that others count (`queries.missed`); what follows from it is not decided here.

Words: night duty 住夜值班, roster 值班安排, to plan 安排, to take off 取消安排, swap 换班, gap 值班空缺, attended 到岗,
missed 未到岗.

From: 昆阳 附件2 第8条 (住夜值班); 环翠 7、四（三）. Rosters, swaps and their confirmation are practice.
"""
