"""Files on disk and their rows: written whole, hashed, swept when nothing was made of them. HTTP is in tests/api."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.documents import commands, queries, rules
from domain.documents.models import File
from domain.documents.store import Store, Stored
from tenancy.ids import new_id
from tenancy.refusals import NotFound, NotPermitted
from tenancy.transactions import Engines
from workers.documents import sweeps_of
from workers.machinery import Machinery
from workers.sweeper import Sweep

PDF = b"%PDF-1.7 " + bytes(range(256)) * 300


async def in_chunks(content, size=1000, fails_after=None):
    for at in range(0, len(content), size):
        if fails_after is not None and at >= fails_after:
            raise ConnectionError("the sender went away")
        yield content[at : at + size]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


async def keep(edge, who, store, content=PDF, **given):
    stored = await store.take(in_chunks(content))
    async with edge.writing(who.credentials) as work:
        return await commands.keep(
            work, **({"name": "证据.pdf", "media_type": "application/pdf", "stored": stored} | given)
        )


class TestStore:
    async def test_keeps_what_came_and_knows_its_hash(self, store):
        stored = await store.take(in_chunks(PDF))
        assert store.path(stored.id).read_bytes() == PDF
        assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
        assert stored.size == len(PDF)

    async def test_keeps_nothing_of_an_upload_that_breaks_off(self, store, tmp_path):
        with pytest.raises(ConnectionError):
            await store.take(in_chunks(PDF, fails_after=20_000))
        assert [each for each in (tmp_path / "files").rglob("*") if each.is_file()] == []

    async def test_removing_one_upload_leaves_another_with_the_same_bytes(self, store):
        first, second = await store.take(in_chunks(PDF)), await store.take(in_chunks(PDF))
        store.remove(first.id)
        assert store.path(second.id).read_bytes() == PDF


class TestKeep:
    async def test_a_file_is_found_by_the_body_that_uploaded_it_and_by_nobody_else(self, edge, world, store):
        file = await keep(edge, world["zhou"], store)
        async with edge.reading(world["lin"].credentials) as work:
            assert (await queries.the(work, file.id)).sha256 == hashlib.sha256(PDF).hexdigest()
        for stranger in ("gao", "huang", "wu", "shen"):
            async with edge.reading(world[stranger].credentials) as work:
                with pytest.raises(NotFound):
                    await queries.the(work, file.id)

    async def test_the_rulebook_says_how_large_and_of_which_type(self, edge, world, store):
        with pytest.raises(rules.FileTypeRefused):
            await keep(edge, world["zhou"], store, media_type="application/x-msdownload")
        huge = Stored(id=new_id(), sha256="0" * 64, size=10_000 * rules.MIB)
        with pytest.raises(rules.FileTooLarge) as refused:
            await keep(edge, world["zhou"], store, stored=huge)
        assert "MiB" in refused.value.sentence("zh")

    async def test_oversight_uploads_nothing(self, edge, world, store):
        with pytest.raises(NotPermitted):
            await keep(edge, world["wu"], store)


class TestTypes:
    @pytest.mark.parametrize(
        ("beginning", "media_type", "refusal"),
        [
            (b"%PDF-1.4", "application/pdf", None),
            (b"MZ\x90\x00", "application/pdf", rules.FileContentsRefused),
            (b"", "application/pdf", rules.FileEmpty),
            (b"\x89PNG\r\n\x1a\n", "image/png", None),
            (b"GIF89a", "image/png", rules.FileContentsRefused),
            (b"anything", "text/plain", None),
        ],
    )
    def test_a_renamed_program_is_no_picture(self, beginning, media_type, refusal):
        if refusal is None:
            rules.begins_rightly(beginning, media_type)
        else:
            with pytest.raises(refusal):
                rules.begins_rightly(beginning, media_type)

    def test_parameters_and_case_make_no_other_type(self):
        assert rules.accepted_type("Image/PNG; charset=x", allowed=["image/png"]) == "image/png"


class TestSweep:
    async def sweep(self, store, worker_engine, clock):
        machinery = Machinery(
            engines=Engines(writing=worker_engine, reading=worker_engine), clock=clock, jobs=None
        )
        for step in sweeps_of(store):
            await step(Sweep(machinery=machinery))

    async def test_forgets_what_nothing_was_made_of_after_a_day_and_nothing_else(
        self, edge, world, store, clock, worker_engine, owner_engine
    ):
        left, attached = await keep(edge, world["zhou"], store), await keep(edge, world["zhou"], store)
        async with edge.writing(world["zhou"].credentials) as work:
            await commands.mark_attached(work, file_id=attached.id)
        clock.advance(timedelta(hours=23))
        fresh = await keep(edge, world["zhou"], store)
        await self.sweep(store, worker_engine, clock)
        assert store.path(left.id).exists()
        clock.advance(timedelta(hours=2))
        await self.sweep(store, worker_engine, clock)
        assert not store.path(left.id).exists()
        assert store.path(attached.id).exists()
        assert store.path(fresh.id).exists()
        async with owner_engine.connect() as connection:
            rows = await connection.scalars(select(File.id).where(File.county_id == world.county_id))
            assert set(rows) == {attached.id, fresh.id}
            assert await connection.scalar(select(func.count()).where(File.id == left.id)) == 0
