"""The pages as they are served: where, with which headers, every file of theirs, and nothing of anybody else's."""

import re
from urllib.parse import urljoin

import httpx
import pytest

from tests.api.pages.conftest import DEMO, Serve, pages

PAGES = ("/graphiql", "/explorer")
REFERENCES = re.compile(r"""(?:href|src)="([^"]+)"|(?:from|import)\s*"([^"]+)"|url\(([^)]+)\)""")
ANOTHER_HOST = re.compile(r"""["'(]\s*(?:https?:|wss?:)?//[\w.-]+""")


async def everything_loaded(browser: httpx.AsyncClient, page: str) -> dict[str, httpx.Response]:
    """The page and whatever it refers to, directly or through others, by address."""
    loaded: dict[str, httpx.Response] = {}
    waiting = [page]
    while waiting:
        address = waiting.pop()
        if address in loaded:
            continue
        loaded[address] = await browser.get(address)
        if "/vendor/" not in address:
            found = [next(filter(None, groups)) for groups in REFERENCES.findall(loaded[address].text)]
            waiting += [urljoin(address, each) for each in found if not each.startswith("#")]
    return loaded


class TestWithoutPages:
    @pytest.mark.parametrize(
        "address", [*PAGES, "/graphiql/opening", "/explorer/reference", "/pages/x/icon.svg"]
    )
    async def test_there_is_nothing(self, serve: Serve, address: str) -> None:
        assert (await (await serve()).get(address)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
class TestAPage:
    async def test_lets_a_browser_run_and_ask_nothing_but_this_server(
        self, browser: httpx.AsyncClient, page: str
    ) -> None:
        answer = await browser.get(page)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        said = answer.headers["content-security-policy"].split("; ")
        assert dict(each.split(" ", 1) for each in said) == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self'",
            "connect-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_has_every_file_that_it_loads(self, browser: httpx.AsyncClient, page: str) -> None:
        loaded = await everything_loaded(browser, page)
        assert len(loaded) > 5
        assert {address: answer.status_code for address, answer in loaded.items()} == dict.fromkeys(
            loaded, 200
        )
        kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
        for address, answer in loaded.items():
            ending = re.search(r"\.\w+$", address)
            if ending:
                assert answer.headers["content-type"].startswith(kinds[ending.group()])
                assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"

    async def test_names_no_other_host(self, browser: httpx.AsyncClient, page: str) -> None:
        named = {
            address: found
            for address, answer in (await everything_loaded(browser, page)).items()
            if "/vendor/" not in address and not address.endswith(".svg")
            for found in ANOTHER_HOST.findall(answer.text)
        }
        assert named == {}

    async def test_has_neither_script_nor_style_of_its_own(
        self, browser: httpx.AsyncClient, page: str
    ) -> None:
        text = (await browser.get(page)).text
        assert re.findall(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", text) == []

    async def test_is_not_sent_again_while_it_stands(self, browser: httpx.AsyncClient, page: str) -> None:
        first = await browser.get(page)
        again = await browser.get(page, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


class TestAFile:
    @pytest.mark.parametrize(
        "name", ["graphiql.html", "nothing.js", "%2e%2e/serving.py", "..%2fserving.py", "vendor", ""]
    )
    async def test_is_served_only_if_a_page_may_load_it(self, browser: httpx.AsyncClient, name: str) -> None:
        (digest,) = set(re.findall(r"/pages/(\w+)/", (await browser.get("/explorer")).text))
        assert (await browser.get(f"/pages/{digest}/icon.svg")).status_code == 200
        assert (await browser.get(f"/pages/{digest}/{name}")).status_code == 404

    async def test_of_another_release_is_not_mixed_with_this_one(self, browser: httpx.AsyncClient) -> None:
        assert (await browser.get("/pages/0123456789abcdef/icon.svg")).status_code == 404

    async def test_carries_the_licences_of_what_is_not_ours(self, browser: httpx.AsyncClient) -> None:
        (digest,) = set(re.findall(r"/pages/(\w+)/", (await browser.get("/graphiql")).text))
        licences = (await browser.get(f"/pages/{digest}/vendor/licences.txt")).text
        for name in ("graphiql", "react-dom", "codemirror", "graphql-ws"):
            assert re.search(rf"^{name} \d+\.\d+\.\d+ \(MIT\)$", licences, re.MULTILINE)


class TestEverythingElse:
    async def test_keeps_the_policy_of_data(self, browser: httpx.AsyncClient) -> None:
        for address in ("/healthz", "/graphql", "/graphiql/opening", "/nothing"):
            answer = await browser.get(address, headers={"Accept": "text/html"})
            assert (
                answer.headers["content-security-policy"]
                == "default-src 'none'; frame-ancestors 'none'; sandbox"
            )
            assert answer.headers["cache-control"] == "no-store"


class TestWhatGraphiqlOpensWith:
    async def test_is_nobody_to_sign_in_as_outside_a_demo(self, browser: httpx.AsyncClient) -> None:
        opening = await browser.get("/graphiql/opening")
        assert opening.json()["signIn"] is None
        assert opening.json()["introspection"] is True
        assert len(opening.json()["examples"]) == 3
        assert "well-known" not in opening.text

    async def test_is_the_demos_people_in_a_demo(self, serve: Serve) -> None:
        opening = (await (await serve(pages=pages(DEMO))).get("/graphiql/opening")).json()
        assert opening["signIn"] == {
            "password": "well-known",
            "people": [
                {
                    "login": "bureau.officer",
                    "name": "柏小雪",
                    "posts": ["综合行政执法局 工作人员", "昆阳镇 队员"],
                }
            ],
        }
        assert opening["examples"][1]["variables"]["input"]["addresseeId"] == "T3JnYW5pc2F0aW9u"


class TestWhatTheExplorerReads:
    async def test_is_the_schema_and_the_refusals(self, browser: httpx.AsyncClient) -> None:
        told = (await browser.get("/explorer/reference")).json()
        assert told["schema"]["types"]["Referral"]["zh"] == "案件移送"
        assert [each["code"] for each in told["refusals"]] == ["NOT_FOUND", "STALE_VERSION"]

    async def test_is_no_schema_where_none_may_be_asked_for(self, serve: Serve) -> None:
        answer = await (await serve(pages=pages(), introspection=False)).get("/explorer/reference")
        assert answer.json()["schema"] is None
        assert "Referral" not in answer.text
        assert len(answer.json()["refusals"]) == 2
