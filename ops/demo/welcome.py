"""The demo's sign-ins as lines for a terminal: the password, then login, made-up name and posts of each."""

from unicodedata import east_asian_width

from ops.demo.people import demo_county, sign_ins


def sign_in_lines() -> list[str]:
    """The password's line, and one for each account with the posts it may choose from."""
    everybody = sign_ins()
    widest = max(len(each.login) for each in everybody)
    lines = [f"  密码  password for all: {demo_county().accounts.password}"]
    for each in everybody:
        posts = "; ".join(f"{body} {title}" for body, title in each.posts)
        lines.append(f"  {each.login.ljust(widest)}  {_padded(each.name, 8)}  {posts}")
    return lines


def _padded(text: str, columns: int) -> str:
    """`text` filled up to so many columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
    return text + " " * max(0, columns - taken)
