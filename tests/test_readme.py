"""The README's walk, run as it stands there: every shell block, in order, in one shell, against the whole platform.

It starts `gongguan up` in a home of its own, exactly as a newcomer would, and looks at what the shell printed. Both
languages' READMEs must hold the same blocks.
"""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ops.embedded.ports import a_free_one
from tests.servers import a_walkable_folder

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[str]:
    return BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))


def answers(printed: str) -> list[dict]:
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


@pytest.fixture
def home():
    with a_walkable_folder() as folder:
        yield folder / "home"


@pytest.fixture
def platform(home):
    """The whole platform, running; the environment in which its commands find it."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    } | {"GONGGUAN_HOME": str(home), "PORT": str(a_free_one()), "GONGGUAN_MODE": "demo"}
    with subprocess.Popen(
        [sys.executable, "-m", "ops", "up"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        try:
            said = []
            for line in running.stdout:
                said.append(line)
                if "Ctrl-C" in line:
                    break
            else:
                pytest.fail("the platform did not come up:\n" + "".join(said))
            yield environment, "".join(said)
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=60)


def test_both_languages_walk_the_same_way():
    def without_comments(block: str) -> str:
        return re.sub(r"^#.*$", "", block, flags=re.MULTILINE)

    english, chinese = blocks("README.md"), blocks("README.zh-CN.md")
    assert len(english) >= 8
    assert [without_comments(each) for each in chinese] == [without_comments(each) for each in english]


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
    assert refused == ["NOT_PERMITTED"]
    states = [act["referral"]["state"] for act in changed if act["referral"] and "state" in act["referral"]]
    assert states == ["AWAITING_APPROVAL", "APPROVED", "SENT", "TAKEN_IN", "ACCEPTED"]
    sent = next(act["referral"] for act in changed if act["referral"] and "letterNumber" in act["referral"])
    assert sent["letterNumber"].endswith("1号")
    assert sent["sentLate"] is False
    assert sent["owner"]["name"] == "平阳县综合行政执法局"
    told = [line for line in walked.stdout.splitlines() if line.startswith("data: {")]
    (taken_in_live,) = [json.loads(line.removeprefix("data: "))["data"]["changes"] for line in told]
    assert taken_in_live["event"]["kind"] == taken_in_live["subject"]["state"] == "TAKEN_IN"
    taken_in = next(
        act["referral"] for act in changed if act["referral"] and "receiptNumber" in act["referral"]
    )
    assert taken_in["fileOpen"] is True
    assert taken_in["deadlines"][-1]["kind"] == "referral.verify"

    register = [act for act in acts if isinstance(act, dict) and "totalCount" in act]
    assert [entry["totalCount"] for entry in register] == [14 + other_teams("zonghe"), 24]
    assert "Nothing is wrong." in walked.stdout


def other_teams(home: str) -> int:
    """How many of this department's people the demo's other two townships have, counted in their rosters."""
    rosters = (ROOT / "ops/demo/pingyang").glob("*-team.toml")
    others = [each.read_text(encoding="utf-8") for each in rosters if "kunyang" not in each.name]
    return sum(text.count(f'"{home}/') for text in others)
