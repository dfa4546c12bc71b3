"""Referrals: a case handed from one tenant of the county to another, with its letter and its materials.

    draft ──submit──▶ awaiting_approval ──approve──▶ approved ──send──▶ sent ──take in──▶ taken_in ──accept──▶ accepted
      ▲                       │                          │               │                   │
      └────────reject─────────┴──────────reject──────────┘               │                   └──return──▶ returned
                                                                         └──withdraw (also when taken in)──▶ withdrawn

Exactly one body is answerable at any moment: the sender until the receiver accepts, and again once it is returned
or withdrawn. Until sending, the referral is the sender's alone. The receiver first previews the letter and the list
of materials; the contents open when the county's rulebook says so. Taking in binds nobody yet: it gives a numbered
receipt and starts the clock for verifying. Accepting and returning tell the sender in the same act.

A referral is not a case file: what the receiver then does is a case of its own. It is not a request for assistance
and not a dispute about competence.

Words: referral 案件移送, letter of referral 移送函, materials 移送材料, take in 收件登记(先予受理), receipt 回执,
accept 接收立案, return 退回, withdraw 撤回, sender 移送单位, receiver 接收单位, finding 发现违法行为.

From: 昆阳 附件1 第6条, 附件5 第8条; preview, withdrawal and the single owner are practice.
"""
