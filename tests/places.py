"""Rulebooks for counties of tests: the demo county's, and beside it what only other places rule."""

from tests.worlds import place_text

ADMITTED = """
[referral.sending_extendable]
value = true
{source}
[referral.send_at_most]
value = 10
unit = "working_days"
{source}
[referral.passing_on_allowed]
value = true
{source}"""

SOURCE = 'document = "KY-A5"\narticle = "8"\nadopted_from = "kunyang"\n'


def the_demo_county_that_admits_more() -> str:
    """Its rules, but that a sender may take longer, up to ten working days, and that a receiver may refer onward."""
    return place_text("pingyang.toml", county="pingyang") + ADMITTED.format(source=SOURCE)
