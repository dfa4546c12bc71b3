"""Subscriptions from end to end: two API processes' worth of applications, a real worker, PostgreSQL and Redis.

    platform.py         two running APIs over one database and one Redis of their own, and the worker beside them
    listeners.py        somebody who listens, over a WebSocket or an event stream
    conftest.py         the fixtures
    test_*.py           what arrives, and what must not

Nobody sleeps and hopes: whoever listens waits for the next message, and what must not arrive is waited out by something
that comes after it.
"""
