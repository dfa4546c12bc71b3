"""One file per command of `gongguan`: what it takes, what it says. What it does stands elsewhere.

A command imports the heavy rooms (api, domain, workers) inside its function: `gongguan up` starts the others as
programs and must itself stay small and quick.
"""
