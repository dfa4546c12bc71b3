"""Alerts: a body tells others, in its own name, of a hazard or of a problem that is larger than one case.

    alert    draft ──send──▶ sent                 (the sender's own; a draft can be revised)
               └──discard──▶ discarded
    notice   draft ──send──▶ sent ──acknowledge──▶ acknowledged ──answer──▶ answered    (one for each recipient)
                               └────────────────────answer──────────────────▲

An officer writes the alert and whom it is for, the head sends it under a gapless number. Each recipient gets a notice
of its own that carries the whole letter; it acknowledges it and, where the county's rulebook has it owe one, answers:
measures taken, nothing to do and why, or a joint meeting on a day. Each has its own clocks, so the sender sees who owes
what. A recipient does not see who else was told.

Who must be told of which kind of problem, who owes an answer, and when the answer must be a joint meeting, stands in
the rulebook: the documents differ.

An alert is not a referral (no case changes hands, nobody becomes answerable for one), not a request for assistance,
and not a meeting: it only names the day of one.

Words: alert 通报（报告）, notice 通报件, hazard 重大隐患, hot spot 违法行为多发领域和环节, industry-wide 行业性严重违法行为,
regional 区域性严重违法行为, acknowledge 签收, answer 答复, measures 采取措施, joint meeting 专题会议.

From: 昆阳 附件1 第5点; 涪陵 二（五）; 某市 二（二）2. That the answer is one of three is practice: decision 21.
"""
