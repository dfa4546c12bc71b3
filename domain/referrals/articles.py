"""The list of articles that go with a case: what it is, how much, and what became of it before the handover.

The list is part of the letter: it is written while the letter is, and added to when the receiver asks for more.
"""

from datetime import date
from uuid import UUID

from domain.referrals import queries, refusals, rules, steps
from domain.referrals.models import Referral, ReferralArticle
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound


async def list_article(
    work: Work,
    *,
    referral_id: UUID,
    expected_version: int,
    name: str,
    quantity: int,
    unit: str,
    disposed_on: date | None = None,
    proceeds: int | None = None,
    note: str | None = None,
) -> Referral:
    """List an article; `proceeds` in fen, of one that was disposed of beforehand (Fuling part 2(3)).

    Raises `QuantityNotPositive`, `ProceedsWithoutDisposal`, `DisposedInTheFuture`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "list_article")
    rules.listed(quantity, disposed_on=disposed_on, proceeds=proceeds, today=work.today)
    article = ReferralArticle(
        county_id=work.county_id,
        id=new_id(),
        referral_id=referral.id,
        from_id=referral.from_id,
        name=rules.written("name", name),
        quantity=quantity,
        unit=rules.written("unit", unit),
        disposed_on=disposed_on,
        proceeds=proceeds,
        note=rules.reasoned(note, field="note", needed=False),
        listed_at=work.now,
    )
    work.session.add(article)
    await steps.close(
        work, referral, "list_article", "article_listed", audience=[], facts={"article": str(article.id)}
    )
    return referral


async def strike_article(
    work: Work, *, referral_id: UUID, expected_version: int, article_id: UUID
) -> Referral:
    """Strike an article from the list again. Raises `HandedOver`."""
    referral = await steps.take_up(work, referral_id, expected_version, "list_article")
    article = await queries.article(work, article_id)
    if article.referral_id != referral.id:
        raise NotFound(field="article")
    if article.to_id is not None:
        raise refusals.HandedOver(field="article")
    await work.session.delete(article)
    await steps.close(
        work, referral, "list_article", "article_struck", audience=[], facts={"article": str(article.id)}
    )
    return referral
