"""Every scenario is played as it stands, and together they leave nothing out."""

from pathlib import Path

import pytest

from tests.scenarios.conftest import SetUp
from tests.scenarios.player import Player
from tests.scenarios.script import Script, read

FILES = sorted(Path(__file__).parent.glob("*.txt"))
PLACES = {"平阳县": "pingyang", "涪陵区": "fuling", "XX市": "xx"}


def script_of(file: Path) -> Script:
    return read(file.read_text(encoding="utf-8"), file=file.name)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_is_played_as_it_stands(file: Path, set_up: SetUp) -> None:
    script = script_of(file)
    async with set_up(PLACES[script.place]) as stage:
        await Player(script, stage).play()
