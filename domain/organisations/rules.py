"""The kinds of tenants and the functions they may hold. Words only; which body holds what is data."""

from typing import Literal, get_args

OrganisationKind = Literal["county_body", "department", "township", "patrol_body"]
Function = Literal["coordination", "supervision", "government"]

KINDS: tuple[OrganisationKind, ...] = get_args(OrganisationKind)
