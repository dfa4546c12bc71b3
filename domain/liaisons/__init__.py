"""Liaison officers: whom another body calls. One body names one of its people, in a post, for one other body.

    named (since) ──▶ in place ──replace──▶ ended, and a successor named, with a hand-over note
                         │ ├────end──────▶ ended
                         │ └──the post ends──▶ lapsed: counts no more, and is replaced or ended
                         └ whoever is in place is shown to the other body, beside every case between the two

An entry holds from a day on and is never rewritten: a change is a new entry, told to the other side, with a note that says
what was handed over to whom. Where the county's rules demand so many officers, the last of them cannot be ended without a
successor. An entry counts only while the officer's post lives, and that is asked of the post each time it is read; so a
body whose officer left has a gap with the next request, which both bodies and the coordination office read (`gaps`).

The two bodies see their entries, and oversight does; third bodies do not, because no document publishes them. How many are
demanded of whom, in what rank, and whether the unit must be named as well, is the rulebook's; for other pairs a body may
name officers as it likes. A contact with the county's platform is an entry towards its coordination office.

Being a liaison officer gives no right. Telephone numbers are not here.

Words: liaison officer 联络员, contact 联系人, counterpart 对口单位, counterpart unit 对口联系机构, to name 指定联络员,
to replace 更换联络员, to end 终止联络, hand-over note 工作交接说明, in place 在任, lapsed 已离岗, gap 联络员空缺.

From: 昆阳 附件5 第12条、附件6 第3条; 某市 二（三）2; 威海环翠 2.
"""
