"""Discipline: what became of a seconded officer's failing, who looked into it, and who was told.

    inquiring ──conclude──▶ concluded ──ask_review──▶ under_review ──review──▶ reviewed
        └─────drop─────▶ dropped

A disciplinary case is about one officer under one secondment, for one ground, and belongs to the body that the county's rules
have look into such a ground: the host or the home. Its personnel or a head opens it; a head concludes it with a finding and a
measure, and with that the other of the two has its copy, and the officer may read it. Where the rules admit it the host
withholds its own benefits for some days. The officer may ask for a review until a day; the same body decides it.

Whoever it is about reads nothing of it before it is concluded, and decides nothing of it after, whatever post they act in.
What the county's bodies oversee, they read.

It is no criminal matter and no disciplinary sanction by the supervisory commission: what belongs there is handed on, and the
case says so. The appeal that a statute gives beyond the review goes to authorities outside the platform. It counts no
absences: those are facts of daily management, which a case may name.

Words: disciplinary case 问责事项, ground 事由, inquiry 核查, measure 处理措施, benefits withheld 停发待遇, review 复核,
copy 抄告.

From: 昆阳 附件2 第八条; 环翠 四（三）; Civil Servants Law arts. 95, 96 (review). Who looks into which ground where a document is
silent, and by when, is practice: decision 52.
"""
