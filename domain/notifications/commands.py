"""Delivering notices, which is the worker's part, and marking them as read, which is the reader's."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from uuid import UUID

from sqlalchemy import Integer, cast, column, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from domain.lineage import queries as lineage
from domain.notifications import queries, rules
from domain.notifications.models import Inbox, Notification
from domain.notifications.rules import Post
from domain.organisations.models import OrganisationFunction
from domain.outbox.rules import Announced
from domain.substitutions import queries as substitutions
from domain.work import Errand, Work
from policies.rows import platform_rows
from policies.vocabulary import ASPECTS
from tenancy.ids import new_id
from tenancy.many import insert_many
from tenancy.models import Capacity


async def deliver(errand: Errand, announcements: Sequence[Announced]) -> None:
    """Put a notice of each announcement into the inbox of every post it concerns that is alive now.

    A second delivery of the same announcement adds nothing. Raises `NoSentence`.
    """
    told = [(each, audience) for each in announcements if (audience := each.concerned())]
    for each, _ in told:
        rules.require_sentence(each.kind)
    audiences = [part for _, audience in told for part in audience]
    if not audiences:
        return
    holders = await _holders(errand, rules.functions_named(audiences))
    named = rules.tenants_named(audiences).union(*holders.values())
    heirs = await lineage.heirs(errand, named)
    living = await _posts(errand, {*heirs.values()})
    # Of a body that is no more, whoever goes on with its matters is told.
    posts = {body: living.get(heir, ()) for body, heir in heirs.items()}
    notices = [
        (each, post)
        for each, audience in told
        for post in rules.concerned(
            audience, posts=posts, holders=holders, overseers=_overseers_of(each.subject_kind)
        )
    ]
    if not notices:
        return
    numbers = await _next_numbers(errand, (post.capacity_id for _, post in notices))
    rows = [
        {
            "county_id": errand.county_id,
            "id": new_id(),
            "number": next(numbers[post.capacity_id]),
            "owner_id": post.tenant_id,
            "capacity_id": post.capacity_id,
            "person_id": post.person_id,
            "announcement_id": each.id,
            "kind": each.kind,
            "subject_kind": each.subject_kind,
            "subject_id": each.subject_id,
            "facts": dict(each.facts),
            "announced_at": each.announced_at,
        }
        for each, post in notices
    ]
    await insert_many(errand.session, Notification, rows, skip_known=True)


async def mark_read(work: Work, *, notification_id: UUID) -> Notification:
    """Mark a notice of the acting post as read; one that was read before keeps its time. Raises `NotFound`."""
    notification = await queries.the(work, notification_id)
    work.require("mark_read", queries.ENTRY, notification)
    if notification.read_at is None:
        notification.read_at = work.now
        await work.session.flush()
    return notification


async def _next_numbers(errand: Errand, capacities: Iterable[UUID]) -> Mapping[UUID, Iterator[int]]:
    """The numbers of the notices that are about to be put into these inboxes, which are held from here on.

    In the order of their capacities, so that two deliveries wait for each other and never in a circle. A notice that
    turns out to be there already leaves its number unused.
    """
    added = Counter(capacities)
    wanted = (
        func.unnest(
            cast(sorted(added), ARRAY(Uuid)), cast([added[each] for each in sorted(added)], ARRAY(Integer))
        )
        .table_valued(column("capacity_id", Uuid), column("added", Integer))
        .render_derived(name="wanted")
    )
    put = insert(Inbox).from_select(
        ["county_id", "capacity_id", "last_number"],
        select(literal(errand.county_id), wanted.c.capacity_id, wanted.c.added).order_by(
            wanted.c.capacity_id
        ),
    )
    given = await errand.session.execute(
        put.on_conflict_do_update(
            index_elements=[Inbox.county_id, Inbox.capacity_id],
            set_={"last_number": Inbox.last_number + put.excluded.last_number},
        ).returning(Inbox.capacity_id, Inbox.last_number)
    )
    return {row.capacity_id: count(row.last_number - added[row.capacity_id] + 1) for row in given}


@cache
def _overseers_of(subject_kind: str) -> frozenset[str]:
    """The roles that may read matters of this kind through a function of their body; where none may, those that read clocks."""
    return _reading_as_overseers(f"{subject_kind}s") or _reading_as_overseers("deadlines")


def _reading_as_overseers(capability: str) -> frozenset[str]:
    return frozenset(
        row.role
        for row in platform_rows()
        if row.relation == "overseer"
        and row.action == "read"
        and ASPECTS[row.aspect].capability == capability
    )


async def _holders(errand: Errand, functions: Collection[str]) -> Mapping[str, Collection[UUID]]:
    holders: dict[str, set[UUID]] = {}
    if functions:
        rows = await errand.session.execute(
            select(OrganisationFunction.function, OrganisationFunction.organisation_id).where(
                OrganisationFunction.county_id == errand.county_id,
                OrganisationFunction.function.in_(functions),
            )
        )
        for function, organisation_id in rows:
            holders.setdefault(function, set()).add(organisation_id)
    return holders


async def _posts(errand: Errand, tenants: Collection[UUID]) -> Mapping[UUID, Collection[Post]]:
    """The posts that are alive in these bodies; whoever stands in for a colleague is told what that colleague is."""
    lent = await substitutions.lent_in(errand, tenants)
    rows = await errand.session.execute(
        select(Capacity.id, Capacity.person_id, Capacity.tenant_id, Capacity.roles).where(
            Capacity.county_id == errand.county_id,
            Capacity.tenant_id.in_(tenants),
            Capacity.since <= errand.now,
            or_(Capacity.until.is_(None), Capacity.until > errand.now),
        )
    )
    posts: dict[UUID, list[Post]] = {}
    for row in rows:
        posts.setdefault(row.tenant_id, []).append(
            Post(row.id, row.person_id, row.tenant_id, frozenset(row.roles), lent.get(row.id, frozenset()))
        )
    return posts
