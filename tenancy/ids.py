"""Identifiers: made by the application, ordered by time (UUID version 7), never by the database.

They are names, not secrets and not an ordering that anything may rely on across processes.
"""

from uuid import NAMESPACE_URL, UUID, uuid5

from uuid_utils.compat import uuid7

COUNTIES = uuid5(NAMESPACE_URL, "urn:gongguan:county")


def new_id() -> UUID:
    """A fresh identifier."""
    return uuid7()


def county_id(code: str) -> UUID:
    """The identifier of the county with this code: always the same one, so that a code names one county only."""
    return uuid5(COUNTIES, code)


def named_id(county: UUID, *names: str) -> UUID:
    """The identifier of something in a county that is known by its names, such as a tenant by its code.

    Provisioning uses it, so that loading the same roster twice meets the same rows.
    """
    return uuid5(county, "/".join(names))
