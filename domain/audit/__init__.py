"""The audit trail: who did what, when and in which capacity, so that nothing is edited away unseen.

A command leaves a line beside its change, in the same transaction. A sealer links committed lines into a chain of
seals, one chain per county, within about a second; seals are only ever added. Checkpoints of the chain are signed
and exported, so that even somebody who can rewrite the whole database is found out, back to the last checkpoint.

    line written ──commit──▶ unsealed ──sealer──▶ sealed ──checkpoint──▶ signed and exported

A line carries no contents, only a salted commitment to them: personal data can be erased from `audit_contents`
without breaking the chain, and nobody can guess it back from the line.

It is not the history that users read (a referral's events are that), and not a log of requests.

Words: audit line 审计记录, seal 封存, checkpoint 校验点, commitment 承诺值.
From: 昆阳 附件1 第6条 (every referral leaves a trace that can be checked); the rest is practice.
"""
