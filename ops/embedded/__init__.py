"""Embedded servers: a real PostgreSQL and a real Redis out of wheels, for machines that have neither.

Their binaries are started directly, with passwords, on the loopback only, in private folders under the home
(`GONGGUAN_HOME`, usually `var/`). They are the same programs that a county would run itself, so nothing above this
folder knows whether a server is embedded or given by `DATABASE_URL` and `REDIS_URL`.

    quarters.py    where the servers live and as whom they run (root hands them to an unprivileged user)
    processes.py   starting one so that it dies with us, stopping it, recognising one that a killed run left
    ports.py       loopback ports: taken or free
    postgres.py    PostgreSQL in its quarters
    redis.py       Redis in its quarters
    servers.py     both, held by one run of a home and joined by its other commands

What is not here: the application's roles and schema (`ops/roles.py`, `migrations/`), and the wheels' own Python
interfaces, which trust every local user and create system users when root calls them.
"""
