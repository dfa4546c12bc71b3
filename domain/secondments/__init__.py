"""Secondments: officers owned by one body and used by another.

An entry says who, from which unit of which home, at which host, in which mode (stationed in one township, area team
covering several, itinerant) and post, under which order, since when and until when. A department asks who of its
people works where; a township who is stationed with it; a body with oversight sees the county's register.

    ordered (since) ──────▶ in force ──────▶ ended (until)

Not here: what home and host may each decide about the officer, attendance, certificates.

Words: secondment 派驻, home 派出单位, host 用人单位（乡镇）, stationed 派驻, area team 片区队伍, itinerant 巡回, order 文号.
From: 昆阳 正文一 (roster), 附件2 第4-6条; 涪陵 6; 环翠 7.
"""
