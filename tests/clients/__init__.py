"""Real clients of the API, and a browser, against the running platform: `make clients`.

    test_clients.py     starts one platform, and Node's own test runner for each `*.test.mjs` of this folder
    platform.mjs        where the platform is, signing in, a second API process
    letters.mjs         a letter on its way from one body to another
    browser.mjs         Chromium, for whoever needs a page
    test_front_end.py   walks the page for front-end developers; desk.walk.mjs uses what comes of it
    *.test.mjs          one client each; what a front end would be built from lies in codegen/ and relay/
    package.json        every client in one lock, which names no registry

A new file `*.test.mjs` is found by itself. `make test` needs none of this: Python's own client is in `tests/live`.
"""
