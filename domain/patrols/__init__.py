"""Patrols: bodies that only patrol, and hand over what they find to the one body that the county's rulebook names.

    finds ──draft──▶ letter ──approve, send──▶ the body named decides whose matter it is and handles it

Such a body is a tenant like any other (`patrol_body` among the kinds of organisations), writes referrals in its own name
and follows what comes of them. It receives none, decides nothing, and holds no power: whoever sends it a case is told to
whom instead, no empowerment, entrustment or duty names it, and what arises where it patrols is looked up as the named
body's. The body named is an entry of the rulebook with its article, asked as of the day on which a matter began; without
one it can send nothing to anybody.

No table is here, and the patrol lists of townships are the catalogue's.

Words: patrol body 巡查单位, to hand over 移交.
From: 威海环翠 13 (里口山管理服务中心 → 张村镇政府).
"""
