"""The list of identity providers as it is read, and the links that an administrator makes, up to a running API.

What a trusted provider's tokens are good for is in `tests/tenancy/test_provider_sign_in.py`.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from typer.testing import CliRunner

from domain.audit.models import AuditContent, AuditLine
from ops.cli import app
from ops.embedded.ports import a_free_one
from ops.linking import LinkedToAnother, NoSuchAccount, NoSuchProvider, NotASubject, NotLinked, link, unlink
from ops.providers import ProvidersRefused, providers_in, read_providers
from ops.supervisor import answers
from tenancy.provider_tokens import ALGORITHMS, Provider
from tests.loopback import LOOPBACK
from tests.provider import AUDIENCE, a_provider
from tests.provider import Provider as RunningProvider
from tests.servers import Databases, TestServers
from tests.worlds import NOW, World

HOUSE = Path(__file__).parents[2]
ISSUER = "https://sso.example.gov.cn/realms/county"
LISTED = f'[[provider]]\nissuer = "{ISSUER}"\naudience = "gongguan"\n'


class TestTheList:
    def test_needs_no_more_than_who_and_for_whom(self) -> None:
        (provider,) = read_providers(LISTED, name="providers.toml")
        assert provider == Provider(ISSUER, "gongguan")
        assert provider.algorithms == {"RS256", "PS256", "ES256", "EdDSA"} == set(ALGORITHMS)
        assert provider.skew == timedelta(seconds=60)

    def test_may_say_everything_else_and_mention_several(self) -> None:
        text = (
            LISTED
            + 'algorithms = ["ES256"]\nskew_seconds = 30\nlongest_life_minutes = 60\nkeys_fresh_seconds = 10\n'
            + "keys_kept_minutes = 20\nasked_again_seconds = 5\n"
            + LISTED.replace("county", "another")
        )
        said, another = read_providers(text, name="providers.toml")
        assert said == Provider(
            ISSUER,
            "gongguan",
            algorithms=frozenset({"ES256"}),
            skew=timedelta(seconds=30),
            longest_life=timedelta(hours=1),
            keys_fresh_for=timedelta(seconds=10),
            keys_kept_for=timedelta(minutes=20),
            asked_again_after=timedelta(seconds=5),
        )
        assert another.issuer.endswith("another")

    def test_is_empty_where_there_is_none(self, tmp_path: Path) -> None:
        assert providers_in(tmp_path / "providers.toml") == ()

    @pytest.mark.parametrize(
        ("text", "line", "code"),
        [
            ('[[provider]]\naudience = "x"\n', 1, "MISSING_FIELD"),
            (f'[[provider]]\nissuer = "{ISSUER}"\n', 1, "MISSING_FIELD"),
            (LISTED.replace("https", "http"), 2, "NOT_PRIVATE"),
            (LISTED.replace("county", "county?x=1"), 2, "NOT_PRIVATE"),
            (LISTED + LISTED, 5, "TWICE"),
            (LISTED + 'algorithms = ["HS256"]\n', 4, "UNKNOWN_WORD"),
            (LISTED + 'algorithms = ["none"]\n', 4, "UNKNOWN_WORD"),
            (LISTED + "skew_seconds = 86400\n", 4, "WRONG_NUMBER"),
            (LISTED + "skew_seconds = true\n", 4, "WRONG_NUMBER"),
            (LISTED + 'keys_fresh_seconds = "10"\n', 4, "WRONG_NUMBER"),
            (LISTED + 'audiense = "x"\n', 4, "UNKNOWN_FIELD"),
            ("[[provider]\n", 1, "NOT_TOML"),
        ],
    )
    def test_tells_every_fault_with_its_line(self, text: str, line: int, code: str) -> None:
        with pytest.raises(ProvidersRefused) as refused:
            read_providers(text, name="providers.toml")
        assert (line, code) in [(fault.place.line, fault.code) for fault in refused.value.faults]


class TestALink:
    async def test_is_made_once_and_leaves_a_line(self, owner_engine: AsyncEngine, world: World) -> None:
        assert await linked(owner_engine, world, "lin", "someone") is True
        assert await linked(owner_engine, world, "lin", "someone") is False
        assert await lines_about(owner_engine, world, "lin") == [
            ("account.linked", {"issuer": issuer_of(world), "subject": "someone"})
        ]

    async def test_finds_the_person_by_id_as_well(self, owner_engine: AsyncEngine, world: World) -> None:
        async with AsyncSession(owner_engine) as session, session.begin():
            assert await link(
                session,
                person=str(world["lin"].person_id).upper(),
                issuer=issuer_of(world),
                subject="someone",
                trusted={issuer_of(world)},
                now=NOW,
            )

    async def test_is_one_persons_only(self, owner_engine: AsyncEngine, world: World) -> None:
        await linked(owner_engine, world, "lin", "someone")
        with pytest.raises(LinkedToAnother, match=world["lin"].login):
            await linked(owner_engine, world, "gao", "someone")

    async def test_is_one_persons_only_though_two_make_it_at_once(
        self, owner_engine: AsyncEngine, world: World
    ) -> None:
        people = ("lin", "gao", "zhou", "chen")
        made = await asyncio.gather(
            *(linked(owner_engine, world, person, "someone") for person in people), return_exceptions=True
        )
        assert made.count(True) == 1
        assert [type(each) for each in made if each is not True] == [LinkedToAnother] * 3

    async def test_ends_with_a_line_and_may_be_made_anew(
        self, owner_engine: AsyncEngine, world: World
    ) -> None:
        await linked(owner_engine, world, "lin", "someone")
        async with AsyncSession(owner_engine) as session, session.begin():
            login = await unlink(session, issuer=issuer_of(world), subject="someone", now=NOW)
        assert login == world["lin"].login
        assert [action for action, _ in await lines_about(owner_engine, world, "lin")] == [
            "account.linked",
            "account.unlinked",
        ]
        assert await linked(owner_engine, world, "gao", "someone") is True

    async def test_that_is_none_cannot_end(self, owner_engine: AsyncEngine, world: World) -> None:
        async with AsyncSession(owner_engine) as session, session.begin():
            with pytest.raises(NotLinked):
                await unlink(session, issuer=issuer_of(world), subject="someone", now=NOW)

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"person": "nobody"}, NoSuchAccount),
            ({"issuer": "https://sso.example.gov.cn/"}, NoSuchProvider),
            ({"subject": ""}, NotASubject),
            ({"subject": "x" * 256}, NotASubject),
        ],
    )
    async def test_names_what_is_there(
        self, owner_engine: AsyncEngine, world: World, wrong: dict[str, str], refusal: type[Exception]
    ) -> None:
        right = {"person": world["lin"].login, "issuer": issuer_of(world), "subject": "someone"}
        async with AsyncSession(owner_engine) as session, session.begin():
            with pytest.raises(refusal):
                await link(session, **(right | wrong), trusted={issuer_of(world)}, now=NOW)


def issuer_of(world: World) -> str:
    """An issuer that no other test has."""
    return f"https://sso.example/{world.code}"


async def linked(owner: AsyncEngine, world: World, person: str, subject: str) -> bool:
    async with AsyncSession(owner) as session, session.begin():
        return await link(
            session,
            person=world[person].login,
            issuer=issuer_of(world),
            subject=subject,
            trusted={issuer_of(world)},
            now=NOW,
        )


async def lines_about(owner: AsyncEngine, world: World, person: str) -> list[tuple[str, Any]]:
    """The audit lines about a person's account, with their contents."""
    async with owner.connect() as connection:
        found = await connection.execute(
            select(AuditLine.action, AuditContent.content)
            .join(
                AuditContent,
                (AuditContent.county_id == AuditLine.county_id) & (AuditContent.line_id == AuditLine.id),
            )
            .where(AuditLine.county_id == world.county_id, AuditLine.subject_id == world[person].account_id)
            .order_by(AuditLine.id)
        )
        return [(row.action, row.content) for row in found]


Running = tuple[RunningProvider, dict[str, str]]


@pytest_asyncio.fixture(loop_scope="session")
async def trusting(fresh_database: Databases, servers: TestServers, tmp_path: Path) -> Any:
    """A provider, and the environment of a platform that trusts it."""
    database = await fresh_database(label="providers")
    with a_provider() as provider:
        listed = tmp_path / "providers.toml"
        listed.write_text(f'[[provider]]\nissuer = "{provider.issuer}"\naudience = "{AUDIENCE}"\n')
        yield (
            provider,
            {
                "DATABASE_URL": database.url,
                "REDIS_URL": servers.redis_url,
                "GONGGUAN_HOME": str(servers.home),
                "GONGGUAN_MODE": "demo",
                "GONGGUAN_PROVIDERS": str(listed),
                "PORT": str(a_free_one()),
            },
        )


@pytest.fixture
def gongguan(trusting: Running) -> Callable[..., str]:
    """`gongguan ARGUMENTS` there: what it says."""

    def command(*arguments: str) -> str:
        result = CliRunner().invoke(app, arguments, env=trusting[1])
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    return command


@pytest.fixture
def api(trusting: Running, gongguan: Callable[..., str]) -> Iterator[httpx.Client]:
    """The API as a program of its own, on the demo county."""
    gongguan("migrate")
    gongguan("demo", "load")
    with subprocess.Popen(
        [sys.executable, "-m", "ops", "api"], cwd=HOUSE, env=dict(os.environ) | trusting[1]
    ) as running:
        url = f"http://127.0.0.1:{trusting[1]['PORT']}"
        is_up = answers(url, "/healthz")
        try:
            while not is_up():
                assert running.poll() is None, "it ended before it answered"
                time.sleep(0.02)
            with httpx.Client(base_url=url, **LOOPBACK, timeout=30) as client:
                yield client
        finally:
            running.terminate()
            running.wait(timeout=30)


class TestTheWholePlatform:
    def test_takes_the_tokens_of_whom_an_administrator_linked(
        self, trusting: Running, gongguan: Callable[..., str], api: httpx.Client
    ) -> None:
        provider, _ = trusting
        token = provider.token("subject of the head", iat=time.time(), exp=time.time() + 300)
        named = ("--issuer", provider.issuer, "--subject", "subject of the head")

        def ask() -> Any:
            return api.post(
                "/graphql",
                json={"query": "{ viewer { name actingAs { organisationCode } } }"},
                headers={"Authorization": f"Bearer {token}"},
            ).json()

        assert ask()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert "Linked." in gongguan("account", "link", "--person", "kunyang.head", *named)
        assert ask()["data"]["viewer"]["actingAs"] == {"organisationCode": "kunyang"}
        assert "Unlinked from kunyang.head." in gongguan("account", "unlink", *named)
        assert ask()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert "Nothing is wrong." in gongguan("audit", "verify")
