"""Attacks: what strangers and careless programs send, against a server that is set up as in production.

    test_cop.py           the dozen things that an auditor of GraphQL servers looks for
    test_schemathesis.py  documents and variables that schemathesis makes out of the schema
    test_fuzzer.py        our own: random documents, bent bodies and headers, sockets that talk nonsense
    documents.py          how random documents are written
    judge.py              what must hold of every answer, whatever was asked

Within bounds here; `make soak` goes on for long.
"""
