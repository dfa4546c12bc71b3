"""What `gongguan up` says when everything is ready: where to look, and in a demo whom to sign in as.

The sign-ins are left in the home by whoever loads the demo (`gongguan demo load`), so that starting need not read the
demo's files, nor load the rooms that understand them.
"""

from pathlib import Path

from ops.settings import Settings

SIGN_INS = "sign-ins.txt"

SHOWN = (
    "zonghe.officer",
    "zonghe.head",
    "zonghe.personnel",
    "jiaotong.officer",
    "nongye.officer",
    "kunyang.registrar",
    "kunyang.officer",
    "kunyang.head",
    "kunyang.personnel",
    "xietiao.coordinator",
    "sifa.supervisor",
)
"""Enough to follow a matter from one body to the next; `gongguan demo accounts` lists everybody."""


def welcome(settings: Settings) -> str:
    """The lines, Chinese beside English."""
    lines = [
        "",
        "  共管平台已就绪  Gongguan is ready",
        f"  接口  API    {settings.address}/graphql",
        *_pages(settings),
        f"  状态  state  {settings.address}/readyz",
        f"  数据  home   {settings.home}",
    ]
    if settings.is_demo:
        lines += ["", *_shown_sign_ins(settings.home)]
    return "\n".join([*lines, "", "  按 Ctrl-C 停止  Ctrl-C stops everything", ""])


def _pages(settings: Settings) -> list[str]:
    if not settings.pages:
        return []
    return [
        f"  调试  try    {settings.address}/graphiql",
        f"  说明  schema {settings.address}/explorer",
    ]


def write_sign_ins(home: Path, lines: list[str]) -> None:
    """Leave the sign-ins for the next welcome."""
    (home / SIGN_INS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _shown_sign_ins(home: Path) -> list[str]:
    try:
        password, *everybody = (home / SIGN_INS).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ValueError):
        return []
    shown = [line for line in everybody if line.split()[0] in SHOWN]
    return [password, *shown, "  …  gongguan demo accounts 列出全部  lists them all"]
