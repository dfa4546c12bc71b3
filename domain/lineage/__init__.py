"""Lineage: which body or unit became which, from which day on, and by which document.

    rename    A ──▶ A under another name             A goes on; letters of before keep the name and number they had
    merge     A, B ──▶ C (new, or one of them)       whoever is not C is no more from that day on; C is its heir
    split     A ──▶ A1, A2 (one of them its heir)    A is no more; or A goes on beside A2, and nobody inherits

Nothing old is rewritten. A matter names the bodies that it was between, for ever; who goes on with what a body left is
its *heir*, found along the lineage, day by day. From that day on nobody of the dissolved body acts any more, it is
addressed with nothing, and nothing is begun in its name; its open matters go on with their clocks running, and whoever
has a post in the heir reads and carries them on in its name (`X-Acting-As` with its code). What it is told and what falls
due to it reaches the posts of the heir.

What a change founds is on record before its day, and is addressed from that day on only.

So a right of the heir is a scope, the very one that the dissolved body had: it sees what that saw and nothing else, and
its own people's notes stay apart from the other's.

A unit is renamed, merged or split within its body; what waits in the queue of a unit that is no more is its heir's.

It is not the register of bodies (`organisations`), moves no people (posts in the heir are provisioned like all others)
and gives no function: who oversees is settled anew.

Words: lineage 沿革, change 机构变动, rename 更名, merge 合并, split 分设（拆分）, predecessor 前身单位, successor 承继单位,
heir 承接单位（继续行使其职权）, dissolved 撤销, former name 曾用名.

From: 行政诉讼法 第26条第6款 (whoever goes on exercising the powers of a body that was abolished answers for it); the rest is
practice (O7): decision 42.
"""
