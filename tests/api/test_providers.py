"""A front end that holds a token of the county's own portal, and what is asked of that portal over HTTP.

Provider and platform are real servers. Which tokens are good, and when a right ends, is shown in full in
`tests/tenancy/test_provider_sign_in.py`; here, that every way in goes by it.
"""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api import providers
from api.app import create_app
from api.providers import is_private_on_its_way, published_keys
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.ids import new_id
from tenancy.models import AccountLink, Capacity
from tenancy.provider_keys import KeyRing, KeysNotToBeHad
from tenancy.provider_sign_in import ProviderDoor
from tenancy.provider_tokens import Provider as Trusted
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import Engines
from tests.api.conftest import POLICY, Client
from tests.loopback import LOOPBACK
from tests.provider import AUDIENCE, DESCRIPTION, KEYS, WALL, Provider, a_provider, key, saying
from tests.worlds import CHEAP_HASHER, NOW, HandSetClock, World

COUNT = "{ unreadCount }"
VIEWER = "{ viewer { name actingAs { organisationCode } capacities { organisationCode } } }"
SIGN_OUT = "mutation { signOut(input: {}) { userErrors { code } } }"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with a_provider() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def front_end(
    provider: Provider,
    engines: Engines,
    clock: HandSetClock,
    world: World,
    owner_engine: AsyncEngine,
    tmp_path: Path,
) -> AsyncIterator[Client]:
    """Nobody's front end yet, of a platform that trusts the provider. Its subject `officer` is Zhou, `head` is Lin."""
    async with owner_engine.begin() as connection:
        for subject, person in (("officer", "zhou"), ("head", "lin")):
            await connection.execute(
                insert(AccountLink).values(
                    id=new_id(),
                    account_id=world[person].account_id,
                    issuer=provider.issuer,
                    subject=subject,
                    linked_at=NOW,
                )
            )
    ring = KeyRing(Trusted(provider.issuer, AUDIENCE), published_keys)
    door = ProviderDoor(engines.writing, [ring], clock=clock, wall=HandSetClock(WALL))
    app = create_app(
        edge=Edge(engines=engines, clock=clock, admit=door.admit),
        doorkeeper=Doorkeeper(engines.writing, POLICY, CHEAP_HASHER),
        store=Store(tmp_path / "files"),
    )
    # The engines are the session's: they outlive this server, so it is not told of its end.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, **LOOPBACK, timeout=30) as http:
        yield Client(http, world, {"Accept-Language": "en"})
    server.should_exit = True
    await serving


def as_subject(front_end: Client, token: str, acting_as: str | None = None) -> Client:
    return front_end.with_headers(authorization=f"Bearer {token}", x_acting_as=acting_as)


class TestAFrontEnd:
    async def test_reads_and_acts_with_the_providers_token(
        self, front_end: Client, provider: Provider
    ) -> None:
        head = as_subject(front_end, provider.token("head"))
        assert (await head.ask(COUNT)).data == {"unreadCount": 0}
        viewer = (await head.ask(VIEWER)).data["viewer"]
        assert viewer["name"] == front_end.world["lin"].name
        assert viewer["actingAs"] == {"organisationCode": "transport"}

    async def test_is_told_who_it_is_before_anything_else_was_asked(
        self, front_end: Client, provider: Provider
    ) -> None:
        viewer = (await as_subject(front_end, provider.token("officer")).ask(VIEWER)).data["viewer"]
        assert viewer["actingAs"] is None
        assert {held["organisationCode"] for held in viewer["capacities"]} == {"transport", "kunyang"}

    async def test_names_the_post_in_which_it_acts(self, front_end: Client, provider: Provider) -> None:
        token = provider.token("officer")
        assert (await as_subject(front_end, token).ask(COUNT)).codes == ["CAPACITY_NEEDED"]
        assert (await as_subject(front_end, token, "kunyang").ask(COUNT)).data == {"unreadCount": 0}
        assert (await as_subject(front_end, token, "aojiang").ask(COUNT)).codes == ["CAPACITY_REFUSED"]

    async def test_uploads_with_it(self, front_end: Client, provider: Provider) -> None:
        headers = {"X-File-Name": "a.pdf", "Content-Type": "application/pdf", "X-Acting-As": "transport"}
        for token, status in ((provider.token("officer"), 201), (provider.token("stranger"), 401)):
            answer = await front_end.http.post(
                "/files", content=b"%PDF-1.4\n", headers=headers | {"Authorization": f"Bearer {token}"}
            )
            assert answer.status_code == status

    async def test_signs_out_at_once(self, front_end: Client, provider: Provider) -> None:
        head = as_subject(front_end, provider.token("head"))
        assert (await head.ask(COUNT)).data
        assert (await head.ask(SIGN_OUT)).data == {"signOut": {"userErrors": []}}
        for question in (COUNT, VIEWER, SIGN_OUT):
            assert (await head.ask(question)).codes == ["UNAUTHENTICATED"]

    async def test_signs_out_with_a_token_that_it_never_used(
        self, front_end: Client, provider: Provider
    ) -> None:
        head = as_subject(front_end, provider.token("head"))
        assert (await head.ask(SIGN_OUT)).data
        assert (await head.ask(COUNT)).codes == ["UNAUTHENTICATED"]

    async def test_loses_what_the_person_has_left(
        self, front_end: Client, provider: Provider, owner_engine: AsyncEngine
    ) -> None:
        head = as_subject(front_end, provider.token("head"))
        assert (await head.ask(COUNT)).data
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.person_id == front_end.world["lin"].person_id)
                .values(until=NOW)
            )
        assert (await head.ask(COUNT)).codes == ["CAPACITY_REFUSED"]

    async def test_is_told_nothing_of_a_person_after_unlinking(
        self, front_end: Client, provider: Provider, owner_engine: AsyncEngine
    ) -> None:
        head = as_subject(front_end, provider.token("head"))
        assert (await head.ask("{ viewer { name } }")).data
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(AccountLink).where(AccountLink.issuer == provider.issuer).values(unlinked_at=NOW)
            )
        assert (await head.ask("{ viewer { name } }")).codes == ["UNAUTHENTICATED"]

    async def test_gets_the_one_answer_whatever_is_wrong(self, front_end: Client, provider: Provider) -> None:
        wrong = [
            "unknown",
            "a.b.c",
            provider.token("stranger"),
            provider.token("head", aud="another"),
            provider.token("head", exp=0),
            key("attacker").token(provider.claims("head")),
            key("attacker").token(provider.claims("head"), kid="first"),
            "x." * 20_000,
        ]
        for question in (COUNT, VIEWER, SIGN_OUT):
            answers = [await as_subject(front_end, token).ask(question) for token in wrong]
            assert {answer.status for answer in answers} == {200}
            assert all(answer.body == answers[0].body for answer in answers)
            assert answers[0].codes == ["UNAUTHENTICATED"]

    async def test_may_still_sign_in_with_a_password(self, front_end: Client) -> None:
        lin = front_end.as_("lin")
        assert (await lin.ask(COUNT)).data == {"unreadCount": 0}


async def trouble_with(issuer: str) -> str:
    """Why the keys of this issuer are not to be had."""
    with pytest.raises(KeysNotToBeHad) as trouble:
        await published_keys(issuer)
    return str(trouble.value)


class TestAskingForKeys:
    async def test_gets_what_is_published(self, provider: Provider) -> None:
        assert await published_keys(provider.issuer) == {"keys": [key("first").published()]}

    async def test_finds_the_description_of_an_issuer_that_ends_in_a_slash(self, provider: Provider) -> None:
        provider.realm += "/"
        assert (await published_keys(provider.issuer))["keys"]

    async def test_believes_nobody_who_describes_himself_as_another(self, provider: Provider) -> None:
        provider.answers[DESCRIPTION] = saying(
            f'{{"issuer": "https://other.example", "jwks_uri": "{provider.issuer}/keys"}}'.encode()
        )
        assert "another issuer" in await trouble_with(provider.issuer)
        assert not provider.asked[KEYS]

    @pytest.mark.parametrize(
        "address",
        [
            "http://provider.example/keys",
            "file:///etc/passwd",
            "https://user:secret@provider.example/keys",
            5,
        ],
    )
    async def test_goes_to_no_address_that_others_can_read_along(
        self, provider: Provider, address: object
    ) -> None:
        named = f'"{address}"' if isinstance(address, str) else address
        provider.answers[DESCRIPTION] = saying(
            f'{{"issuer": "{provider.issuer}", "jwks_uri": {named}}}'.encode()
        )
        assert "can be trusted" in await trouble_with(provider.issuer)

    @pytest.mark.parametrize("path", [DESCRIPTION, KEYS])
    async def test_follows_nobody_elsewhere(self, provider: Provider, path: str) -> None:
        with a_provider() as elsewhere:
            provider.answers[path] = saying(b"", status=302, Location=f"{elsewhere.issuer}{path}")
            assert await trouble_with(provider.issuer) == "it answers with 302"
            assert not elsewhere.asked

    @pytest.mark.parametrize("path", [DESCRIPTION, KEYS])
    async def test_reads_no_more_than_is_reasonable(self, provider: Provider, path: str) -> None:
        provider.answers[path] = saying(b" " * (providers.LARGEST + 1))
        assert "more than 256 KiB" in await trouble_with(provider.issuer)

    @pytest.mark.parametrize("path", [DESCRIPTION, KEYS])
    @pytest.mark.parametrize("way", [Provider.hang, Provider.drip])
    async def test_waits_no_longer_than_is_reasonable(
        self, provider: Provider, path: str, way: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(providers, "SECONDS", 0.2)
        provider.answers[path] = partial(way, provider)
        async with asyncio.timeout(30):
            assert await trouble_with(provider.issuer) == "no answer within 0.2 seconds"

    async def test_unpacks_nothing(self, provider: Provider) -> None:
        packed = gzip.compress(b'{"keys": []}')
        provider.answers[KEYS] = saying(packed, **{"Content-Encoding": "gzip"})
        assert "no JSON" in await trouble_with(provider.issuer)

    async def test_says_that_nobody_is_there(self, provider: Provider) -> None:
        provider.go_down()
        assert "cannot be reached" in await trouble_with(provider.issuer)

    async def test_trusts_no_certificate_that_the_machine_does_not(
        self, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        certificate = self_signed(tmp_path)
        provider.go_behind(certificate)
        assert "cannot be reached" in await trouble_with(provider.issuer)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert (await published_keys(provider.issuer))["keys"]


def self_signed(folder: Path) -> Path:
    """A certificate for this machine, with its key, that nobody vouches for."""
    private = key("tls").private
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return file


class TestAnAddress:
    @pytest.mark.parametrize(
        ("address", "private"),
        [
            ("https://sso.example.gov.cn/realms/county", True),
            ("http://127.0.0.1:9000", True),
            ("http://localhost:9000/x", True),
            ("http://[::1]:9000", True),
            ("http://sso.example.gov.cn", False),
            ("http://127.0.0.1.example.com", False),
            ("http://10.0.0.1", False),
            ("https://user@sso.example.gov.cn", False),
            ("https://sso.example.gov.cn/#x", False),
            ("https://", False),
            ("https://[::1", False),
            ("https://sso.example.gov.cn:99999", False),
            ("https://sso.example.gov.cn:x", False),
            ("ftp://127.0.0.1", False),
            ("", False),
        ],
    )
    def test_is_private_by_https_or_on_this_machine(self, address: str, private: bool) -> None:
        assert is_private_on_its_way(address) is private
