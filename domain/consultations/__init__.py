"""Consultations: what one co-manager decides about a seconded officer, with the other's opinion or consent.

    (proposed) ──▶ asked ──answer──▶ cleared ──carry out──▶ carried out
        │            │ └──answer──▶ refused
        │            └──carry out, where silence lets it go on──▲
        └──▶ cleared (where nobody need be asked)
    asked, cleared ──withdraw──▶ withdrawn

Recalling an officer, transferring one to another township, borrowing one away, appointing or removing a team's head: the
side that decides by the county's rules proposes it, with its ground. Where the rules want the other side's opinion or its
consent, it is asked and owes an answer by a clock; where both decide, one proposes and the other agrees. Its head answers:
agrees, objects with reasons, or gives an opinion. An objection stops what needs consent and is only on record where an
opinion is due. What silence means when the limit is over, the rulebook says. Without what is demanded, carrying out is
refused with the article. Whatever is proposed, answered and carried out names both sides' people, and is told to both.

Carrying out a recall ends the secondment and a transfer ends it and orders the next, both by the home's personnel
(`secondments`), who cannot end it otherwise where the rules demand somebody's answer. Borrowing and heads of teams change
nothing else here: they are on record. Nobody is borrowed without a ground, a term and a borrower.

What can be done with a secondment now follows from both, and is said here: ending it, where nobody need be asked, or proposing its end.

It is no meeting and no dispute, and it changes no power of anybody: that is the rulebook's. What is decided every day
(leave, attendance, duty) does not come here.

Words: consultation 征求意见（征得同意）, co-manager 共同管理方, to propose 提出, ground 事由, opinion 意见, consent 同意, to object 提出异议,
cleared 可以办理, refused 未获同意, to carry out 办理, recall 召回, transfer 调整派驻单位, borrowing 借调, appointment 任命, removal 免职.
From: 环翠 二（四）7 (heads of teams, the ban on arbitrary borrowing); 昆阳 附件2 第4–8条; 涪陵 二（六）; XX市 二（一）2. Clocks, silence and the
record of a recall are practice: decision 47.
"""
