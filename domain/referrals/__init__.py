"""Referrals: a case handed from one tenant of the county to another, with its letter and its materials.

    draft ──submit──▶ awaiting_approval ──approve──▶ approved ──send──▶ sent ──take in──▶ taken_in ──verify──▶ verified
      ▲                       │                          │                                  │  ▲                 │
      └────────reject─────────┴──────────reject──────────┘            ask for material ─────┤  └─────supply────┐ │
                                                                                            ▼                  │ │
                                                                                    awaiting_material ─────────┘ │
    from taken_in and verified (accept and return also while material is awaited)                               ◀┘
        ──accept───▶ accepted ───┐
        ──pass on──▶ passed_on ──┴─record decision──▶ decided ──tell outcome──▶ concluded
        ──doubt────▶ doubted ──settle──▶ accepted or returned
        ──return───▶ returned
    from sending until acceptance ──withdraw──▶ withdrawn

Exactly one body is answerable at any moment: the sender until the receiver accepts or passes on, and again once it is
returned or withdrawn. Until sending, the referral is the sender's alone. The receiver first previews the letter and the
lists of materials and articles; the contents open when the county's rulebook says so. Taking in binds nobody yet: it
gives a numbered receipt. What is owed then, by when, whether a receiver may return, pass on or must have a doubt heard,
is the county's rulebook: no place is known here. While a referral is open, at least one clock runs in it; from
sending on, that of the whole beside that of each step.

After the handover the sender reads the course and gets the outcome; what each body notes for itself, the finding of
verifying among it, stays its own. A referral is not a case file: what the receiver then does is a case of its own. It is
not a request for assistance, and of a dispute about competence it holds only the first step.

`commands.py` is the sender's part, `receiving.py` the receiver's until it has answered, `suspending.py` its clocks that
stand still while an appraisal is out, `following.py` what comes after,
`articles.py` the list of articles. What several acts share stands in `steps.py` and, of clocks, in `clocks.py`.

Words: referral 案件移送, letter of referral 移送函, materials 移送材料, articles 涉案物品, take in 收件登记（先予受理）,
receipt 回执, verify 核查, ask for material 函告补充材料, accept 接收立案, return 退回, doubt 管辖异议, pass on 转送,
decision 办理决定, outcome 办理结果, withdraw 撤回, sender 移送单位, receiver 接收单位, finding 发现违法行为.

From: 昆阳 附件1 第6条, 附件5 第8条 第10条, 附件6 第4条; 涪陵 二（三）; XX 二（三）2, 4; preview, withdrawal and the single
owner are practice.
"""
