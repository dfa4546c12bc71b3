"""Documents: files as they were uploaded, and the gapless numbers of letters.

    uploaded ──attach──▶ attached          numbers:  issued (1, 2, 3 … per tenant, kind and year) ──▶ void, and kept
        │
        └──left alone for a day──▶ swept

The bytes lie outside the database, each upload's under its own id; the row says who uploaded it, and their SHA-256. A file is its uploader's own; what another body may open, it opens through the matter to which the file
is attached, never here.

Letters made from templates are not here yet, and evidence with its chain of custody is a capability of its own.

Words: file 文件, attach 附上, letter number 文号, receipt number 回执编号, void 作废.
From: 昆阳 附件5 第8条 (letters and their materials); gapless numbers are practice.
"""
