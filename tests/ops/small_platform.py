"""A platform small enough to kill: real servers, real child processes, none of the product's rooms.

Run as a program (`python -m tests.ops.small_platform HOME PORT [WAY]`), so that tests can send it the signals a
terminal, a machine or a careless administrator sends. It prints READY, then what stops it.
WAY: `as-is`; `worker-dies` once told to; `worker-is-deaf` to being asked to end; `migration-fails`.
"""

import os
import sys
from pathlib import Path

from ops.settings import Settings
from ops.supervisor import Program, answers
from ops.troubles import Trouble
from ops.up import Plan, bring_up

SAYS_OK = """
import http.server, os, sys
class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *said): pass
http.server.HTTPServer.allow_reuse_address = True
os.write(1, b"API\\n")  # in one piece: several write here
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Api).serve_forever()
"""

SLEEPS = "import time; time.sleep(600)"

IS_DEAF = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(600)
"""

ENDS_WHEN_TOLD = """
import os, sys, time
while not os.path.exists(sys.argv[1]): time.sleep(0.02)
sys.exit(3)
"""

FAILS = "import sys; print('no such column'); sys.exit(2)"


def python(script: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script, *arguments)


def plan(settings: Settings, way: str) -> Plan:
    """The plan with one thing going wrong, or nothing."""
    migration = python(FAILS) if way == "migration-fails" else python("")
    told, deaf = settings.home / "die", settings.home / "deaf"
    worker = {
        "worker-dies": Program("The worker", "后台服务", python(ENDS_WHEN_TOLD, str(told))),
        "worker-is-deaf": Program("The worker", "后台服务", python(IS_DEAF, str(deaf)), ready=deaf.exists),
    }.get(way, Program("The worker", "后台服务", python(SLEEPS)))
    return Plan(
        first=[Program("The migration", "数据库迁移", migration)],
        then=[
            Program(
                "The API",
                "接口服务",
                python(SAYS_OK, str(settings.port)),
                ready=answers(settings.address, "/"),
            ),
            worker,
        ],
        is_prepared=lambda _: (settings.home / "prepared").exists(),
        note_prepared=lambda _: (settings.home / "prepared").touch(),
        welcome=lambda: "READY",
        seconds_to_end=2,
    )


def main() -> None:
    home, port, way = Path(sys.argv[1]), int(sys.argv[2]), (sys.argv[3:] or ["as-is"])[0]
    settings = Settings(home=home, port=port)
    try:
        bring_up(settings, plan(settings, way), tell=lambda text: os.write(1, f"{text}\n".encode()))
    except Trouble as trouble:
        os.write(1, f"{trouble}\n".encode())
        sys.exit(1)


if __name__ == "__main__":
    main()
