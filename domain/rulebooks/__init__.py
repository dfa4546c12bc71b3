"""Rulebooks: every number and every split of powers that differs from place to place, as data with its source.

A rulebook is the text of one place for one layer, written in TOML and loaded by command. It is not code, not a
policy row (its split of powers compiles to some) and not the calendar: it says "5 working days", the calendar says
which days those are. It is not a register of documents either; it names the document and the article a rule is from.

    national statutes ◀─ platform default ◀─ county ◀─ township        the topmost that is not silent answers

Between tenants the county's rulebook governs; a township's own binds only inside it. A matter keeps the rules of the
day it began. Where documents contradict each other, an entry keeps both and says which one it applies, and why.
Where a document speaks and fixes nothing ("promptly"), the layer below answers and the word is told beside the answer.

    text ──check──▶ faults, with line and column
      └───load───▶ version 1 ──a changed text──▶ version 2 ──…      the same text again changes nothing

Words: rulebook 规程, layer 层级, entry 条目, limit 期限, source 依据, article 条款, mention 提及, adopted from 采用自, split of powers 权责划分.
From: 昆阳 附件1 第6条, 附件2 第6–8条, 附件5 第8条, 附件6 第4条; 涪陵 二（三）（五）; XX市 二（二）（三）; that numbers differ from place to
place, all five documents.

Files: `located.py` (TOML with places), `forms.py` (reading by hand-written field), `values.py` and `entry_types.py` (what entries say, what may be written),
`entries_of/` (which entries each capability has), `aspects_of/` (what counties split between home and host), `functions.py` (what those may name), `registry.py` (all of them), `entries.py` (what one text says), `reader.py` (from TOML to that),
`rules.py` (looking a rule up), `shown.py` and `differences.py` (for people to read), `places/` (the texts that come with the platform).
"""
