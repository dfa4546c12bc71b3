"""Each `*.test.mjs` is run by Node's own test runner, against one platform with the demo county and its worker.

What a client sees and expects stands in its file. Here is only where the platform is, and that Node found nothing wrong.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole_platform import WholePlatform, the_whole_platform

HERE = Path(__file__).parent
CLIENTS = sorted(HERE.glob("*.test.mjs"))


@pytest.fixture(scope="module")
def platform() -> Iterator[WholePlatform]:
    with the_whole_platform() as running:
        yield running


@pytest.mark.clients
@pytest.mark.parametrize("client", CLIENTS, ids=lambda path: path.name.removesuffix(".test.mjs"))
def test_a_client_finds_nothing_wrong(client: Path, platform: WholePlatform) -> None:
    ran = subprocess.run(
        ["node", "--test", "--test-reporter=spec", client.name],
        cwd=HERE,
        env={**platform.environment, "GONGGUAN_URL": platform.address, "GONGGUAN_PYTHON": sys.executable},
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, f"{client.name} found something; what Node said stands above"
