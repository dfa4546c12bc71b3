"""Leave: an officer asks for some days off, and whichever side decides on that officer's leave decides.

    asked ──approve──▶ approved ──cancel──▶ cancelled (back early: the days before that were taken; or none were)
      ├────refuse────▶ refused
      └────withdraw──▶ withdrawn

A request names its two bodies: the home of whoever asks, and the host that they work with; who is not seconded works with
their home, which is then both. Which of the two decides is the county's split of powers (`[powers.leave]`), and its head
does, or whoever stands in for the head. If the secondment is over before that, the host has no part in it any more with
the next request: the home, where the officer is again, decides as both (`queries.as_of_now`). The request stays as it was.

Kind and reason are for whoever decides and for whoever asked. To all others on either side there is only an absence: who is
away, on which days. Days are whole or begin or end at noon, and are counted in working days of the county's calendar. Nobody
has two requests for the same half day.

It is no attendance (what is on leave is never typed there) and no roster (`night_duty` asks who is absent). Deciding owes a
deadline; how much leave somebody is entitled to is not here.

Words: leave 请假, request 请假申请, to ask 提出申请, to decide 审批, to cancel (back at work) 销假, to withdraw 撤回,
absence 请假人员, half day 半天.

From: 昆阳 附件2 第6、8条 (请假销假); 环翠 7、四（三）; 涪陵 二（六）; 某市 二（一）2. Limits and half days are practice.
"""
