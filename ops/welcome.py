"""What `gongguan up` says when everything is ready: where to look, and in a demo whom to sign in as."""

from unicodedata import east_asian_width

from ops.settings import Settings

SHOWN = (
    "jiaotong.officer",
    "nongye.officer",
    "zonghe.officer",
    "zonghe.head",
    "kunyang.registrar",
    "kunyang.officer",
    "kunyang.head",
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
        f"  状态  state  {settings.address}/readyz",
        f"  数据  home   {settings.home}",
    ]
    if settings.is_demo:
        lines += [
            "",
            *sign_in_lines(only=SHOWN),
            "  …          gongguan demo accounts 列出全部  lists them all",
        ]
    return "\n".join([*lines, "", "  按 Ctrl-C 停止  Ctrl-C stops everything", ""])


def sign_in_lines(*, only: tuple[str, ...] | None = None) -> list[str]:
    """The demo's sign-ins, one line each: login, made-up name, and the posts to choose from."""
    from ops.demo.people import demo_county, sign_ins  # noqa: PLC0415 - only a demo reads these files

    shown = [each for each in sign_ins() if only is None or each.login in only]
    widest = max(len(each.login) for each in shown)
    lines = [f"  密码  password for all: {demo_county().accounts.password}"]
    for each in shown:
        posts = "; ".join(f"{body} {title}" for body, title in each.posts)
        lines.append(f"  {each.login.ljust(widest)}  {_padded(each.name, 8)}  {posts}")
    return lines


def _padded(text: str, columns: int) -> str:
    """`text` filled up to so many columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
    return text + " " * max(0, columns - taken)
