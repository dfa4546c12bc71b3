"""Tests of the policies: rows, relations, plans, and the matrix of rights that they amount to.

They stop at `Authority`. Whether a command asks it, and what a stranger gets to see through the API, is tested with
the commands and the API; whether a tenant's wall holds in the database, with `tenancy`.
"""
