"""Staff: the people of a county by name, the body that each is established with, and what they are there.

An entry of the register says what somebody is in the body that is their home: the unit, the post, the rank, the
establishment, and on which of the registers they stand: enforcement staff, auxiliaries (who only assist: they hold no
enforcement certificate and no officer's post), or others. Entries of a person follow each other without overlap; the one
that holds today is what they are now, and after the last one they have left.

    entered (since) ──change──▶ another entry (since) ──leave──▶ left (until)

Who writes it, is `personnel`. What people hold in which tenant are capacities (`tenancy`); where they are seconded,
`secondments`; what they may show, `certificates`. How many officers a body may have is not here, nor is anything private
of them.

Names are found by a part in any position: every ending of a name is kept, and a part occurs in a name if an ending begins
with it.

Words: officer 执法人员, person 人员, home 编制所在单位, ending 名字后缀, register of staff 人员名册, entry 在册登记,
enforcement staff 执法人员, auxiliary 执法辅助人员, establishment 编制, post 职务, rank 职级.
From: 昆阳 正文一 (the roster), 附件2 第3、5条; 涪陵 6; 环翠 7-9; 阳新 (二)1、3.
"""
