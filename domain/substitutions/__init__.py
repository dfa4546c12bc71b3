"""Substitutions: while a colleague is absent, another one of the same body does what that colleague's post may do.

    appointed ──its first day──▶ live ──its last day is over──▶ over
        └──────────end──────────────┴──▶ ended
                 (lapsed, as soon as either post has ended)

The head of a body appoints the substitute for a stretch of days. As long as it lives, the substitute acts in their own
post and has the roles of the absent one's beside their own: the opening call of each transaction asks whether it lives
(`tenancy/scope.sql`), so what was lent is gone with the next request, and nobody has to tidy up. Whatever is done by a
right that was only lent has both on record: who did it, and of whom it was expected.

Own rights come first: who could have done it anyway stood in nobody's place. A substitute stands in for one colleague at a
time and has one colleague's roles, never those that this colleague was lent. Appointing and ending are not lent either.

It is not a post: notices and exports of the absent one stay theirs. It moves no matter (`assignments` does), and a body
never sees another's; what the other side sees is the names on what was done.

Words: substitution 代行, substitute 代行人, absent colleague 被代行人, to appoint 指定, to lend 授予代行权限, lapsed 已失效.

From: practice. No document says who signs while a head is away; 昆阳 附件5 第8条 and annex 1 only say that the head approves.
"""
