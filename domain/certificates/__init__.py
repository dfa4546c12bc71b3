"""Certificates: what entitles an officer to enforce, and the legal qualification that entitles to complete a legal review.

    issue ──▶ held ──withhold──▶ withheld
               ▲  └──cancel──▶ cancelled ◀──cancel──┘
               └─────restore────────┘
    held, withheld ──hand in (on leaving)──▶ handed in

An enforcement certificate is issued by whoever the county's rules say (its supervision of enforcement, unless they say
otherwise) to somebody on another body's register. It is shared by the two: the issuer withholds, gives back and cancels
it, the home has it handed in. It is valid while it is held and its last day is not over. Auxiliaries have none; without
an establishment there is none either, where the rules say so. Why something became of it, stands with each change. One that is
not valid stops its holder's steps of enforcement in whichever post (`referrals`).

A legal qualification is the home's own word on one of its people: since when they have it, or since when they have been
reviewing. Whether somebody may complete a legal review follows from it by a rule (`may_complete_a_legal_review`); an
experienced officer without it may do the first review.

Not here: training and tests, how many must be certified, and the review itself.

Words: enforcement certificate 行政执法证, issue 核发, withhold 暂扣, give back 发还, cancel 注销, hand in 上缴, valid until 有效期至,
standing 持证情况, legal qualification 法律职业资格, legal review 法制审核.
From: 阳新 四（二）1; 环翠 8; 昆阳 附件4 第4、6条. Who issues, and that a certificate is handed in on leaving, is practice.
"""
