"""A referral on its way, told over HTTP: Zhou drafts, Lin signs, Tang sends, Xu takes in, Gao accepts."""

from datetime import date, timedelta
from typing import Any

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.worlds import NOW

PDF = b"%PDF-1.7\n" + b"evidence " * 100

REQUIRED = ("source", "identity", "evidence")

REFERRAL = """referral { id version state letterNumber receiptNumber sentLate
  sender { code } receiver { code } owner { code } materials { id kind title name size sha256 }
  lastEvents(n: 1) { number kind reason } }"""

LETTER = {
    "foundOn": (NOW.date() - timedelta(days=1)).isoformat(),
    "party": "某货运有限公司",
    "place": "昆阳镇104国道旁货场",
    "facts": "货车装载散落渣土。",
    "itemCode": "330217-A-001",
    "legalBasis": "《公路安全保护条例》第四十三条",
}


def body(client: Client, code: str) -> str:
    """The global id of a body."""
    return global_id("Organisation", client.world.bodies[code])


def letter(
    client: Client, *, to: str = "kunyang", found_on: date | None = None, **said: Any
) -> dict[str, Any]:
    """The input of a whole letter."""
    day = {} if found_on is None else {"foundOn": found_on.isoformat()}
    return LETTER | {"addresseeId": body(client, to)} | day | said


async def done(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return the referral."""
    payload = await client.do(mutation, REFERRAL, **given)
    assert payload["userErrors"] == [], payload["userErrors"]
    referral: dict[str, Any] = payload["referral"]
    return referral


async def refused(client: Client, mutation: str, selection: str = REFERRAL, **given: Any) -> dict[str, Any]:
    """Try an act that must be refused, and return the one userError."""
    payload = await client.do(mutation, selection, **given)
    assert payload.get("referral") is None
    (error,) = payload["userErrors"]
    found: dict[str, Any] = error
    return found


def which(referral: dict[str, Any]) -> dict[str, Any]:
    """The part of an input that says which referral, as it was last seen."""
    return {"referralId": referral["id"], "expectedVersion": referral["version"]}


async def uploaded(client: Client, *, name: str = "照片.pdf", content: bytes = PDF) -> str:
    """A file of the acting body; its id."""
    response = await client.http.post(
        "/files", files={"file": (name, content, "application/pdf")}, headers=client.headers
    )
    assert response.status_code == 201, response.text
    identifier: str = response.json()["id"]
    return identifier


async def drafted(client: Client, **said: Any) -> dict[str, Any]:
    """A draft by Zhou, with everything that is required."""
    zhou = client.as_("zhou")
    referral = await done(zhou, "draftReferral", **letter(client, **said))
    for kind in REQUIRED:
        file_id = await uploaded(zhou)
        referral = await done(
            zhou,
            "attachMaterial",
            **which(referral),
            fileId=file_id,
            kind=kind.upper(),
            title=f"材料：{kind}",
        )
    return referral


async def approved(client: Client, **said: Any) -> dict[str, Any]:
    """… submitted, and signed by Lin."""
    referral = await done(client.as_("zhou"), "submitReferral", **which(await drafted(client, **said)))
    return await done(client.as_("lin"), "approveReferral", **which(referral))


async def sent(client: Client, **said: Any) -> dict[str, Any]:
    """… and sent by Tang."""
    return await done(client.as_("tang"), "sendReferral", **which(await approved(client, **said)))


async def taken_in(client: Client, **said: Any) -> dict[str, Any]:
    """… and taken in by Xu at Kunyang's desk."""
    return await done(client.as_("xu"), "takeInReferral", **which(await sent(client, **said)))
