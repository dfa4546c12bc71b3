"""The catalogue: the items of enforcement, who was empowered with which, and whose a matter therefore is.

    listed ──empower──▶ township (or class) ──sign──▶ transition ──3 months──▶ the township's ──recall──▶ department's
       └──entrust──▶ township, in the department's name ──last day, or end──▶ department's

An item has versions, each holding from its first day until the next one's: the law of a day is read off the day, and
nothing that is published is ever changed, only followed by something later. So of a day that is over the answer stays
the same, but for what was published with hindsight.

Penalty, inspection and compulsory measure are separate powers of an item. The county publishes items, classes of
townships, empowerments, recalls and duties (a public notice says so; the platform repeats it); the township's head signs for
what it was empowered with; the department's head entrusts, and ends that early with reasons. A compulsory measure is never
entrusted. A department's duty is its own all over the county, a township's in that township.

`who_is_competent` answers whose a matter is, from item, place, day and kind of decision, with the reasons one after
another. It decides no dispute: where nobody is named it says whom to ask. How long a transition lasts and what stays with
the department are the rulebook's.

Words: item 权力事项, version 版本, field 领域, power 权限, discretion band 裁量档次, township class 镇街类别,
empowerment 赋权, acceptance 承接确认, transition 过渡期, reserved 保留管辖, recall 收回, entrustment 委托, end 终止委托,
duty list 履职清单, competent 有权管辖.

From: 昆阳 正文; 环翠 一（一）1、4–6, (三)12–14, 四（四）; 行政处罚法 第20–24、37条; 行政强制法 第17条; 民法典 第201–202条.
"""
