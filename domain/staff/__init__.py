"""Staff: the officers of a county by name, and the body that each is established with.

What they hold in which tenant are capacities (`tenancy`); where they are seconded, `secondments`. Ranks and
certificates are not here, nor how many officers a body may have.

Names are found by a part in any position: every ending of a name is kept, and a part occurs in a name if an ending begins
with it.

Words: officer 执法人员, person 人员, home 编制所在单位, ending 名字后缀.
From: 昆阳 正文一 (the roster).
"""
