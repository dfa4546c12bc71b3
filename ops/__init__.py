"""The composition root: settings, command line, servers, supervisor, demo. It knows every room; none knows it.

settings.py     everything the environment decides; the only place that reads it
cli.py          the list of commands; one file each in commands/
up.py           `gongguan up`: the order of things
supervisor.py   starts our own programs, watches them, ends them
embedded/       a PostgreSQL and a Redis for machines that have none
roles.py        the database's groups and logins
reach.py        which login of which server a command gets
home.py         the folder of one installation, and the right to run it
demo/           the county to look around in
"""
