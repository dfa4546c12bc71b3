"""Search: finding a matter by words in any position of its texts, Chinese or other.

A capability tells it which texts of a matter can be found (`keep`), for whom they are, and when nothing of them may be
left (`forget`), always in the transaction that changes the matter. A list then asks for the matters that hold all words
of a search text (`holding`) and combines that with its other conditions.

    texts ──fold──▶ one folded text for the exact look ──▶ its grams, two characters each, for the index

Chinese has no blanks between words, and row security keeps the operators of PostgreSQL's own text search from their
indexes; equality of a gram is an operator that an index may serve. Grams only find candidates: what counts is the exact
look at the folded text, so a matter that merely has the same pairs of characters is never found.

It ranks nothing, knows no synonyms and no pinyin, and shows nobody anything: what it finds are ids, which the list
filters like all others.

Words: search 检索, folded text 规范化文本, gram 二元字串, search word 检索词.
"""
