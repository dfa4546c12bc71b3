"""What the database itself shows, lets change and refuses of supervision notes: raw statements, without any filter."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from domain.supervision.models import SupervisionNote


class TestTheDatabase:
    """Raw statements in the scope of somebody, with no filter at all."""

    async def rows(self, desk, who):
        async with desk.as_(who) as work:
            found = await work.session.execute(text("select id from supervision_notes"))
            return {row.id for row in found}

    async def test_shows_each_side_and_oversight_what_was_sent_and_a_draft_to_its_writer(self, desk):
        draft, note = await desk.draft(), await desk.sent()
        for who in ("zhou", "lin"):
            assert await self.rows(desk, who) == {draft.id, note.id}
        for who in ("chen", "gao", "wu", "shen"):
            assert await self.rows(desk, who) == {note.id}
        for who in ("guan", "huang", "pan", "wen"):
            assert await self.rows(desk, who) == set()

    async def test_lets_nobody_else_change_it(self, desk):
        note = await desk.sent()
        for who, touched in (("gao", 1), ("wu", 0), ("pan", 0), ("huang", 0)):
            async with desk.as_(who) as work:
                changed = await work.session.execute(
                    text("update supervision_notes set version = version where id = :id"), {"id": note.id}
                )
                assert changed.rowcount == touched, who

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("state = 'sent'", "shared_once_sent"),
            ("overseen_id = county_id", "overseen_once_sent"),
            ("state = 'sent', to_id = addressee_id, overseen_id = county_id", "numbered_once_sent"),
            ("order_number = '7号'", "names_its_order"),
            ("kind = 'correction_order'", "names_its_order"),
            ("answer = '好'", "answered"),
            ("kind = 'criticism'", "known_kind"),
            ("addressee_id = from_id", "leaves_the_sender"),
        ],
    )
    async def test_refuses_what_no_note_can_be(self, desk, owner_engine, change, constraint):
        note = await desk.draft()
        with pytest.raises(IntegrityError, match=constraint):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update supervision_notes set {change} where id = :id"),
                    {"id": note.id},
                )

    async def test_keeps_a_note_about_what_was_given(self, desk, owner_engine):
        note = await desk.draft()
        with pytest.raises(IntegrityError, match="fk_supervision_notes"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    update(SupervisionNote)
                    .where(SupervisionNote.id == note.id)
                    .values(item_id=desk.other_item.id)
                )
