"""The README's walk, run as it stands there: every shell block, in order, in one shell, against the whole platform.

It starts `gongguan up` in a home of its own, exactly as a newcomer would, and looks at what the shell printed. Both
languages' READMEs must hold the same blocks. Of the front end's example the query is sent; its client is not run here.
"""

import json
import re
import subprocess

import httpx
import pytest

from tests.loopback import LOOPBACK
from tests.whole_platform import ROOT, the_whole_platform

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FRONT_END = re.compile(r"^```js\n.*?^  query: `(.*?)`,$.*?^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[str]:
    return BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))


def answers(printed: str) -> list[dict]:
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def platform():
    """The whole platform, running; the environment in which its commands find it, and what it said."""
    with the_whole_platform() as running:
        yield running.environment, running.said


def test_both_languages_walk_the_same_way():
    def without_comments(block: str) -> str:
        return re.sub(r"^#.*$", "", block, flags=re.MULTILINE)

    english, chinese = blocks("README.md"), blocks("README.zh-CN.md")
    assert len(english) >= 8
    assert [without_comments(each) for each in chinese] == [without_comments(each) for each in english]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_front_ends_query_is_answered_with_a_place_to_come_back_to(platform, name):
    environment, _ = platform
    (query,) = FRONT_END.findall((ROOT / name).read_text(encoding="utf-8"))
    signing_in = 'mutation { signIn(input: {login: "zonghe.head", password: "gongguan-demo"}) { token } }'
    with httpx.Client(base_url=f"http://127.0.0.1:{environment['PORT']}", **LOOPBACK) as http:
        token = http.post("/graphql", json={"query": signing_in}).json()["data"]["signIn"]["token"]
        headers = {
            "Authorization": f"Bearer {token}",
            "X-Acting-As": "zonghe",
            "Accept": "text/event-stream",
        }
        with http.stream("POST", "/graphql", json={"query": query}, headers=headers) as stream:
            first = next(line for line in stream.iter_lines() if line.startswith("data: {"))
    said = json.loads(first.removeprefix("data: "))["data"]["notifications"]
    assert said["cursor"]
    assert said["notification"] is None


def test_the_walk_runs_as_it_stands(platform):
    environment, said = platform
    assert "gongguan-demo" in said
    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks("README.md"))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    printed = answers(walked.stdout)
    assert not [answer for answer in printed if "errors" in answer], walked.stdout
    acts = [next(iter(answer["data"].values())) for answer in printed]

    viewer = acts[0]
    assert viewer["actingAs"]["organisationName"] == "平阳县综合行政执法局"
    assert {held["organisationCode"] for held in viewer["capacities"]} == {"zonghe", "kunyang"}

    changed = [act for act in acts if isinstance(act, dict) and "userErrors" in act]
    refused = [act["userErrors"][0]["code"] for act in changed if act["userErrors"]]
    assert refused == ["NOT_PERMITTED", "SECONDMENT_RECALL_NOT_CLEARED"]
    states = [act["referral"]["state"] for act in changed if "state" in (act.get("referral") or {})]
    assert states == ["AWAITING_APPROVAL", "APPROVED", "SENT", "TAKEN_IN", "ACCEPTED"]
    sent = next(act["referral"] for act in changed if "letterNumber" in (act.get("referral") or {}))
    assert sent["letterNumber"].endswith("1号")
    assert sent["sentLate"] is False
    assert sent["owner"]["name"] == "平阳县综合行政执法局"
    told = [line for line in walked.stdout.splitlines() if line.startswith("data: {")]
    (taken_in_live,) = [json.loads(line.removeprefix("data: "))["data"]["changes"] for line in told]
    assert taken_in_live["event"]["kind"] == taken_in_live["subject"]["state"] == "TAKEN_IN"
    taken_in = next(act["referral"] for act in changed if "receiptNumber" in (act.get("referral") or {}))
    assert taken_in["fileOpen"] is True
    assert taken_in["deadlines"][-1]["kind"] == "referral.verify"

    assert "平政办明电〔2026〕12号, 1 日变动 days changed" in walked.stdout
    counted = [act for act in acts if isinstance(act, dict) and "changes" in act.get("deadlines", [{}])[-1]]
    (moved,) = counted[-1]["deadlines"][-1]["changes"]
    assert moved["wasDueAt"] < moved["dueAt"]
    assert "平政办明电〔2026〕12号" in moved["because"]

    (told,) = [act for act in acts if isinstance(act, dict) and "outcome" in act]
    assert (told["state"], told["decision"], told["owner"]["name"]) == (
        "CONCLUDED",
        "PENALTY",
        "昆阳镇人民政府",
    )
    assert told["outcome"] == told["lastEvents"][0]["reason"] == "Fined 2 000 yuan; paid."
    assert told["notes"] == []

    register = [act for act in acts if isinstance(act, dict) and "totalCount" in act]
    assert [entry["totalCount"] for entry in register] == [14 + other_teams("平阳县综合行政执法局"), 24]

    (away,) = [answer["data"] for answer in printed if "absences" in answer["data"]]
    assert [each["person"]["name"] for each in away["absences"]] == ["柏小雪"]
    assert away["leaveRequest"] is None
    (inbox,) = [answer["data"] for answer in printed if "inbox" in answer["data"]]
    assert {each["capacity"]["organisationCode"] for each in inbox["inboxCounts"]} == {"zonghe", "kunyang"}
    consultations = [act["consultation"] for act in changed if "consultation" in act]
    assert [each.get("standing", each.get("state")) for each in consultations] == ["CLEAR", "CARRIED_OUT"]
    assert consultations[-1]["secondment"]["endedReason"] == "Needed at the bureau."
    assert [held["organisationCode"] for held in acts[-1]["capacities"]] == ["zonghe"]
    assert "Nothing is wrong." in walked.stdout


def other_teams(home: str) -> int:
    """How many of this department's people the demo's other two townships have, counted in their rosters."""
    rosters = (ROOT / "ops/demo/pingyang").glob("*-team.csv")
    others = [each.read_text(encoding="utf-8") for each in rosters if "kunyang" not in each.name]
    return sum(text.count(f'"{home}"') for text in others)
