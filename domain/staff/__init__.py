"""Staff: the officers of a county by name.

What they hold in which tenant are capacities (`tenancy`); where they are seconded, `secondments`. Establishment,
ranks and certificates are not here.

Words: officer 执法人员, person 人员.
From: 昆阳 正文一 (the roster).
"""
