"""Small rulebooks for the tests, written the way a place would write them."""

DOCUMENT = """
[documents.D]
title = "某办法"
place = "{place}"
"""

COUNTY = """
[rulebook]
layer = "county"
place = "east"
title = "东县规程"
valid_from = 2024-01-01
""" + DOCUMENT.format(place="east")


def limit(key: str, value: int, *, unit: str = "working_days", article: str = "1") -> str:
    """An entry holding a limit, from document D."""
    return f'\n[{key}]\nvalue = {value}\nunit = "{unit}"\ndocument = "D"\narticle = "{article}"\n'


def mention(key: str, says: str, *, article: str = "1") -> str:
    """What document D says of an entry without fixing it."""
    return f'\n[{key}]\nsays = "{says}"\ndocument = "D"\narticle = "{article}"\n'


def rulebook(
    *,
    layer: str = "county",
    place: str = "east",
    valid_from: str = "2024-01-01",
    valid_until: str | None = None,
    county: str = "east",
    body: str = "",
) -> str:
    """A whole text of any layer, its document issued by the place itself."""
    head = [f'layer = "{layer}"', 'title = "规程"', f"valid_from = {valid_from}"]
    if layer in ("county", "township"):
        head.append(f'place = "{place}"')
    if layer == "township":
        head.append(f'county = "{county}"')
    if valid_until is not None:
        head.append(f"valid_until = {valid_until}")
    issuer = {"national": "cn", "platform": "platform"}.get(layer, place)
    return "[rulebook]\n" + "\n".join(head) + "\n" + DOCUMENT.format(place=issuer) + body
