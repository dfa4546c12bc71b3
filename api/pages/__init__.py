"""Pages: what a person opens in a browser to try the API out. GraphiQL, and the explorer of the schema in Chinese.

Not the front end of anybody's work: no page here shows a matter, they only send what any client could send, with the
token of whoever signed in. They are shown in demos and where an installation asks for them (`ops/settings.py`).

    serving.py      the addresses, the files with their headers, the policy of each page
    reference.py    what the explorer shows: chapters, types, calls and refusals, in two languages, as JSON
    operations.py   an operation that can be sent, for every question, act and feed
    files/          what browsers get, as it lies there; files/vendor/ is other people's work, bundled by bundle.mjs
    bundle.mjs      makes files/vendor/ from package-lock.json; nothing of npm is needed to run or to test the platform

Government networks are closed: no page names another host, and their policies let browsers ask none.
"""
