"""Supervision: the department that owned a power goes on supervising what it was empowered to a township.

    draft ──send──▶ sent ──acknowledge──▶ acknowledged ──answer──▶ answered
      └──discard──▶ discarded    └────────────answer──────────────────▲

A supervision note is a letter between the two about one item of one empowerment and a matter of one day. An officer
writes it, the head sends it under a gapless number, the other side acknowledges and its head answers, each by a clock. Both
read it, and the bodies that oversee the county.

Its kinds are what the documents leave with the department: control at the source, an order to correct that came first, and
technical support. Where the place admits it a township asks for the last by the same letter, and the department
answers.

Nobody supervises by it what is not theirs: on the day of the matter the item was that department's, the township held it
by that empowerment, and the place's rules left the supervision where it was. So what arose before a recall can still be
written about, and what arises after it cannot.

It is no referral (no case changes hands), no alert (which goes to anybody), no request for assistance in a case, no finding
of the justice bureau's supervision and no suggestion to remedy; and it assesses and recalls nothing.

Words: supervision 监督指导, supervision note 监督指导函, source control 源头监管, correction order first 先行责令改正,
technical support 技术支持, supervised by 继续履行监管职责的部门.

From: 昆阳 附件5 第三条、第五条; 昆阳 附件1 第5点; 某市 二（一）、二（二）2; 环翠 二（五）13、15. That such a letter is acknowledged, and
answered also by the township, is practice: decision 43.
"""
