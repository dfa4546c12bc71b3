"""Files over HTTP: streamed up, hashed, limited by the rulebook; down again only to whoever may read them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tenancy.ids import new_id
from tests.api.conftest import Client, RunningApi
from tests.api.letters import PDF, done, drafted, letter, sent, taken_in, uploaded, which
from tests.worlds import a_county, place_text

RAW = {"Content-Type": "application/pdf", "X-File-Name": quote("现场照片 1.pdf")}


async def put(
    client: Client, content: bytes | AsyncIterator[bytes] = PDF, **headers: str
) -> tuple[int, dict[str, Any]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = await client.http.post("/files", content=content, headers=client.headers | RAW | named)
    body: dict[str, Any] = response.json()
    return response.status_code, body


def code_in(body: dict[str, Any]) -> str:
    """The code of the one error that a refusal is."""
    (error,) = body["errors"]
    code: str = error["extensions"]["code"]
    return code


def stored(running_api: RunningApi) -> set[Path]:
    return {path for path in running_api.files.rglob("*") if path.is_file()}


class TestUploading:
    async def test_answers_with_id_hash_and_size(self, client: Client) -> None:
        status, body = await put(client.as_("zhou"))
        assert status == 201
        assert body["sha256"] == hashlib.sha256(PDF).hexdigest()
        assert body["size"] == len(PDF)

    async def test_takes_the_first_file_of_a_form(self, client: Client) -> None:
        response = await client.http.post(
            "/files",
            data={"note": "不是文件"},
            files=[
                ("a", ("证据.pdf", PDF, "application/pdf")),
                ("b", ("other.pdf", b"%PDF-x", "application/pdf")),
            ],
            headers=client.as_("zhou").headers,
        )
        assert response.status_code == 201
        assert response.json()["sha256"] == hashlib.sha256(PDF).hexdigest()

    @pytest.mark.parametrize("step", [1, 7, 1000])
    async def test_does_not_mind_how_the_bytes_arrive(self, client: Client, step: int) -> None:
        boundary = "edge"
        form = (
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\nplain\r\n'
                f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n'
                "Content-Type: application/pdf\r\n\r\n"
            ).encode()
            + PDF[:300]
            + f"\r\n--{boundary}--\r\n".encode()
        )

        async def trickle(content: bytes) -> AsyncIterator[bytes]:
            for start in range(0, len(content), step):
                yield content[start : start + step]

        zhou = client.as_("zhou")
        status, body = await put(
            zhou, trickle(form), Content_Type=f"multipart/form-data; boundary={boundary}"
        )
        assert (status, body.get("sha256")) == (201, hashlib.sha256(PDF[:300]).hexdigest())
        status, body = await put(zhou, trickle(PDF[:300]))
        assert (status, body.get("sha256")) == (201, hashlib.sha256(PDF[:300]).hexdigest())

    async def test_keeps_the_name_without_folders(self, client: Client) -> None:
        zhou = client.as_("zhou")
        for given, kept in (
            ("C:\\文档\\证据.pdf", "证据.pdf"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ):
            status, body = await put(zhou, X_File_Name=quote(given))
            assert status == 201, body
            response = await client.http.get(f"/files/{body['id']}", headers=zhou.headers)
            assert (
                response.headers["content-disposition"].endswith(quote(kept))
                or kept in response.headers["content-disposition"]
            )

    @pytest.mark.parametrize(
        ("headers", "content", "status", "code"),
        [
            ({"Content_Type": "application/x-msdownload"}, b"MZ", 415, "FILE_TYPE_REFUSED"),
            ({"Content_Type": "text/html"}, b"<script>", 415, "FILE_TYPE_REFUSED"),
            ({}, b"MZ is no PDF", 415, "FILE_CONTENTS_REFUSED"),
            ({}, b"%P", 415, "FILE_CONTENTS_REFUSED"),
            ({}, b"MZ" + bytes(100_000), 415, "FILE_CONTENTS_REFUSED"),
            ({}, b"", 422, "FILE_EMPTY"),
            ({"X_File_Name": ""}, PDF, 400, "BAD_UPLOAD"),
            ({"X_File_Name": "%2F"}, PDF, 400, "BAD_UPLOAD"),
            ({"Content_Type": "multipart/form-data"}, PDF, 400, "BAD_UPLOAD"),
            ({"Content_Type": "multipart/form-data; boundary=x"}, PDF, 400, "BAD_UPLOAD"),
            ({"Content_Type": "multipart/form-data; boundary=x"}, b"--x--\r\n", 400, "BAD_UPLOAD"),
            (
                {"Content_Type": "multipart/form-data; boundary=x"},
                b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n'
                b"Content-Type: application/pdf\r\n\r\n%PDF-broken off",
                400,
                "BAD_UPLOAD",
            ),
            (
                {"Content_Type": "multipart/form-data; boundary=x"},
                b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n'
                b"Content-Type: application/pdf\r\n"
                + b"X-Long: "
                + b"a" * 9_000
                + b"\r\n\r\n"
                + PDF
                + b"\r\n--x--\r\n",
                400,
                "BAD_UPLOAD",
            ),
        ],
    )
    async def test_refuses_and_keeps_nothing(
        self,
        client: Client,
        running_api: RunningApi,
        headers: dict[str, str],
        content: bytes,
        status: int,
        code: str,
    ) -> None:
        before = stored(running_api)
        found, body = await put(client.as_("zhou"), content, **headers)
        assert (found, code_in(body)) == (status, code)
        assert stored(running_api) == before

    async def test_stops_at_the_first_byte_too_many(
        self, client: Client, running_api: RunningApi, owner_engine: AsyncEngine
    ) -> None:
        rules = place_text("pingyang.toml", county="pingyang") + (
            '\n[files.max_size]\nvalue = 1\nunit = "MiB"\ndocument = "KY-A5"\narticle = "8"\nadopted_from = "kunyang"\n'
        )
        frugal = Client(client.http, await a_county(owner_engine, rulebook=rules), client.headers)
        sent_chunks = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent_chunks
            yield b"%PDF-" + bytes(1024)
            while sent_chunks < 200:
                sent_chunks += 1
                yield bytes(64 * 1024)

        before = stored(running_api)
        status, body = await put(frugal.as_("zhou"), endless())
        assert (status, code_in(body)) == (413, "FILE_TOO_LARGE")
        assert stored(running_api) == before

    async def test_needs_somebody_who_may(self, client: Client) -> None:
        for somebody, status, code in (
            (client, 401, "UNAUTHENTICATED"),
            (client.as_("zhou").with_headers(x_acting_as=None), 403, "CAPACITY_NEEDED"),
            (client.as_("zhou").with_headers(x_acting_as="aojiang"), 403, "CAPACITY_REFUSED"),
            (client.as_("wu"), 403, "NOT_PERMITTED"),
        ):
            found, body = await put(somebody)
            assert (found, code_in(body)) == (status, code)

    async def test_speaks_both_languages(self, client: Client) -> None:
        _, english = await put(client.as_("zhou"), b"")
        _, chinese = await put(client.as_("zhou", language="zh"), b"")
        assert english["errors"][0]["message"] == "The file is empty. Choose another one."
        assert chinese["errors"][0]["message"] == "文件为空，请选择其他文件。"

    async def test_of_several_at_once_keeps_each(self, client: Client) -> None:
        answers = await asyncio.gather(*(put(client.as_("zhou"), PDF + bytes([n])) for n in range(5)))
        assert len({body["id"] for _, body in answers}) == 5
        assert {status for status, _ in answers} == {201}


class TestDownloading:
    async def test_gives_an_attachment_under_its_own_name(self, client: Client) -> None:
        zhou = client.as_("zhou")
        identifier = await uploaded(zhou, name="现场 照片.pdf")
        response = await client.http.get(f"/files/{identifier}", headers=zhou.headers)
        assert response.status_code == 200
        assert response.content == PDF
        assert response.headers["content-type"] == "application/pdf"
        assert response.headers["x-content-type-options"] == "nosniff"
        disposition = response.headers["content-disposition"]
        assert disposition.startswith("attachment;")
        assert f"filename*=utf-8''{quote('现场 照片.pdf')}" in disposition
        assert "no-store" in response.headers["cache-control"]
        assert "sandbox" in response.headers["content-security-policy"]

    async def test_of_an_upload_is_for_the_body_that_stored_it(self, client: Client) -> None:
        identifier = await uploaded(client.as_("zhou"))
        assert (
            await client.http.get(f"/files/{identifier}", headers=client.as_("lin").headers)
        ).status_code == 200
        for stranger in ("guan", "chen", "wu"):
            response = await client.http.get(f"/files/{identifier}", headers=client.as_(stranger).headers)
            never = await client.http.get(
                f"/files/{global_id('File', new_id())}", headers=client.as_(stranger).headers
            )
            assert (response.status_code, response.json()) == (404, never.json())

    async def test_of_a_material_follows_the_file_opening(self, client: Client) -> None:
        referral = await sent(client)
        material = referral["materials"][0]["id"]

        async def statuses(*people: str) -> list[int]:
            return [
                (await client.http.get(f"/files/{material}", headers=client.as_(key).headers)).status_code
                for key in people
            ]

        assert await statuses("zhou", "lin", "chen", "gao", "guan") == [200, 200, 404, 404, 404]
        referral = await done(client.as_("xu"), "takeInReferral", **which(referral))
        assert await statuses("zhou", "chen", "gao", "guan") == [200, 200, 200, 404]
        await done(client.as_("gao"), "returnReferral", **which(referral), reasons="不属本镇管辖")
        assert await statuses("zhou", "chen", "gao") == [200, 404, 404]

    async def test_through_oversight_is_on_record_before_the_answer(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        referral = await taken_in(client)
        material = referral["materials"][0]["id"]
        lines = text(
            "select person_id from audit_lines where county_id = :county and action = 'referral.opened_through_oversight'"
        )

        async def recorded() -> list[object]:
            async with owner_engine.connect() as connection:
                return list((await connection.execute(lines, {"county": client.world.county_id})).scalars())

        assert (
            await client.http.get(f"/files/{material}", headers=client.as_("chen").headers)
        ).status_code == 200
        assert await recorded() == []
        assert (
            await client.http.get(f"/files/{material}", headers=client.as_("wu").headers)
        ).status_code == 200
        assert await recorded() == [client.world["wu"].person_id]

    async def test_of_what_is_no_id_finds_nothing(self, client: Client) -> None:
        for given in ("x", "%00", "..%2F..%2Fetc", global_id("Referral", new_id()), "A" * 3000):
            response = await client.http.get(f"/files/{given}", headers=client.as_("zhou").headers)
            assert response.status_code == 404, given

    async def test_needs_a_token(self, client: Client) -> None:
        identifier = await uploaded(client.as_("zhou"))
        response = await client.http.get(f"/files/{identifier}")
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")

    async def test_gives_parts(self, client: Client) -> None:
        zhou = client.as_("zhou")
        identifier = await uploaded(zhou)
        response = await client.http.get(
            f"/files/{identifier}", headers=zhou.headers | {"Range": "bytes=0-4"}
        )
        assert (response.status_code, response.content) == (206, b"%PDF-")

    @pytest.mark.parametrize(("asked", "status"), [("bytes=9000000-", 416), ("bytes=nonsense", 400)])
    async def test_of_a_part_that_there_is_not_is_refused_in_our_shape(
        self, client: Client, asked: str, status: int
    ) -> None:
        zhou = client.as_("zhou")
        identifier = await uploaded(zhou)
        response = await client.http.get(f"/files/{identifier}", headers=zhou.headers | {"Range": asked})
        assert (response.status_code, code_in(response.json())) == (status, "HTTP_REFUSED")
        assert response.headers.get("content-range") == (f"bytes */{len(PDF)}" if status == 416 else None)


class TestDrafts:
    async def test_keep_their_files_to_the_sender(self, client: Client) -> None:
        referral = await drafted(client)
        material = referral["materials"][0]["id"]
        for stranger in ("chen", "wu", "guan"):
            response = await client.http.get(f"/files/{material}", headers=client.as_(stranger).headers)
            assert response.status_code == 404
        error = await done(client.as_("zhou"), "draftReferral", **letter(client))
        assert error["materials"] == []
