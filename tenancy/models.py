"""Counties, accounts, sessions and capacities: the tables by which the platform knows who is asking.

Names of people and of organisations are not here (`domain/staff`, `domain/organisations`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, County, Platform, Private


class CountyRow(Base):
    """A county of the deployment. The versions rise when its policies, rulebooks or calendar change."""

    __tablename__ = "counties"
    table_kind = County(app=("select",), worker=("select",))

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    time_zone: Mapped[str]
    policy_version: Mapped[int] = mapped_column(default=1)
    rulebook_version: Mapped[int] = mapped_column(default=1)
    calendar_version: Mapped[int] = mapped_column(default=1)


class Account(Base):
    """A local account: the login of one person. The password is kept only as its argon2 hash.

    No foreign key leads to the person: one from the platform's tables into a county's is what a database distributed
    by county refuses. An account whose person is not there can sign in to nothing.
    """

    __tablename__ = "accounts"
    table_kind = Platform(app=("select",))
    __table_args__ = (UniqueConstraint("login"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str]
    county_id: Mapped[UUID]
    person_id: Mapped[UUID]
    password_hash: Mapped[str]
    disabled_at: Mapped[datetime | None]


class AccountLink(Base):
    """A subject of an identity provider, linked to an account by the administrator. An unlinked one stays, as history.

    The app's login has no right on it at all: subjects may be identity numbers. Only `admit` and `open_scope` read it.
    """

    __tablename__ = "account_links"
    table_kind = Platform()
    __table_args__ = (
        # A session names its link together with its account, so that it cannot be one person's through another's.
        UniqueConstraint("id", "account_id"),
        Index(
            "uq_account_links_linked",
            "issuer",
            "subject",
            unique=True,
            postgresql_where=text("unlinked_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]
    unlinked_at: Mapped[datetime | None]


class SignInAttempts(Base):
    """Failures in a row by login, kept whether or not such an account exists, so that lockout tells nothing."""

    __tablename__ = "sign_in_attempts"
    table_kind = Platform(app=("select", "insert", "update", "delete"))

    login_digest: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]


class Session(Base):
    """A signed-in account. Only the token's hash is kept.

    Where a provider's token signed in, `link_id` is the link that it came through, and `assertion_hash` what the
    provider signed: the same assertion under other signature bytes is another token, and must not become another
    session after this one was ended.
    """

    __tablename__ = "sessions"
    table_kind = Platform(app=("select", "insert", "update"), worker=("select", "delete"))
    __table_args__ = (
        UniqueConstraint("token_hash"),
        UniqueConstraint("assertion_hash"),
        ForeignKeyConstraint(["link_id", "account_id"], ["account_links.id", "account_links.account_id"]),
        Index(None, "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    link_id: Mapped[UUID | None]
    assertion_hash: Mapped[bytes | None]


class Capacity(Base):
    """A post of a person in a tenant, with the roles it carries, from `since` until `until`.

    Whoever seconds an officer grants the post with the host and takes it back: the home that ordered it (`granted_by_id`).
    The keys see to it that there is no such post without that home's own order for that very person to that very host.
    What a post is, never changes; only its end does.
    """

    __tablename__ = "capacities"
    table_kind = Private(
        owner="tenant_id",
        person="person_id",
        grantor="granted_by_id",
        changes=("until",),
        app=("select", "insert", "update"),
        worker=("select",),
    )
    relations = {"owner": "tenant_id", "holder": "person_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "person_id"], ["persons.county_id", "persons.id"]),
        ForeignKeyConstraint(["county_id", "tenant_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(
            ["county_id", "granted_by_id", "tenant_id", "person_id", "secondment_id"],
            [
                "secondments.county_id",
                "secondments.home_id",
                "secondments.host_id",
                "secondments.person_id",
                "secondments.id",
            ],
        ),
        CheckConstraint("(secondment_id is null) = (granted_by_id is null)", name="granted_under_an_order"),
        # An order makes somebody an officer of the host, and nobody its head.
        CheckConstraint(
            "secondment_id is null or roles <@ array['officer']", name="an_order_grants_an_officers_post"
        ),
        # A capacity cannot end before it began.
        CheckConstraint("until is null or until >= since", name="ends_after_it_began"),
        Index(None, "county_id", "person_id"),
        Index(None, "county_id", "secondment_id"),
        # What names a post of a body names the body as well. Also the index of a body's posts.
        UniqueConstraint("county_id", "tenant_id", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    tenant_id: Mapped[UUID]
    post: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secondment_id: Mapped[UUID | None]
    granted_by_id: Mapped[UUID | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class RememberedMutation(Base):
    """A mutation already carried out under a clientMutationId, and what it concerned."""

    __tablename__ = "remembered_mutations"
    table_kind = Private(app=("select", "insert", "update"), worker=("select", "delete"))
    __table_args__ = (Index(None, "remembered_at"),)

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    capacity_id: Mapped[UUID] = mapped_column(primary_key=True)
    mutation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    # In one post one may act for several bodies, and each keeps its own.
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    input_digest: Mapped[bytes]
    outcome: Mapped[dict[str, Any]]
    remembered_at: Mapped[datetime]


class SetClock(Base):
    """The set clock of a demo or test deployment: one row at most, none in production."""

    __tablename__ = "set_clock"
    table_kind = Platform(app=("select",), worker=("select",))
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instant: Mapped[datetime]
    set_at: Mapped[datetime]
    running: Mapped[bool]
