"""Rulebooks for counties of tests: the demo county's, and beside it what only other places rule."""

from tests.worlds import place_text

ADMITTED = {
    "referral.send_extension": (
        'value = { at_most = 10, needs_reason = true, prior_notice = true }\nunit = "working_days"'
    ),
    "referral.passing_on_allowed": "value = true",
    "staff.exchange_may": 'value = 3\nunit = "years"',
    "staff.exchange_must": 'value = 6\nunit = "years"',
}

SOURCE = 'document = "KY-A5"\narticle = "8"\nadopted_from = "kunyang"'


RECALL = """
[powers.recall]
decide = "home"
heard = "host"
roles = ["head", "personnel"]
document = "KY-A2"
article = "6"
adopted_from = "kunyang"

[powers.recall.area_team]
decide = "home"
document = "KY-A2"
article = "6"
adopted_from = "kunyang"
"""


def the_demo_county_that_admits_more() -> str:
    """Its rules, but that a sender may take longer, up to ten working days, that a receiver may refer onward, that an area team is
    recalled without asking, and that officers are exchanged after years at the front."""
    first, *entries = place_text("pingyang.toml", county="pingyang").split("\n[")
    kept = [entry for entry in entries if not entry.lstrip("[").startswith(tuple(ADMITTED))]
    admitted = [f"{entry}]\n{value}\n{SOURCE}\n" for entry, value in ADMITTED.items()]
    return "\n[".join((first, *kept, *admitted)) + RECALL
