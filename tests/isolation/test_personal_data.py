"""Numbers of people: who sees that there is one, masked, and to whom the one act that reveals it does so.

That nothing else tells it is seen to with every answer and every line of the log (`watching.py`).
"""

from functools import partial

from api.identifiers import global_id
from tests.isolation.asking import Document, Supply, act, first
from tests.isolation.canaries import NUMBERS, numbers_in
from tests.isolation.ground import Ground
from tests.isolation.watching import Watch

ASKING = (
    "lin@transport",
    "tang@transport",
    "zhou@transport",
    "zhou@kunyang",
    "gao@kunyang",
    "wu@coordination",
)
"""Head, registrar and an officer at home, the same in the host's service, the host's head, and an overseer."""

MASKED = "3303**********1232"
SHOWN = (
    "query($id: ID!) { node(id: $id) { __typename ... on Person { personalData { __typename masked } } } }"
)


def test_a_mask_is_shown_to_personnel_at_home(watch: Watch, lived_in: Ground) -> None:
    tang = {"id": global_id("Person", lived_in.here["tang"].person_id)}
    shown = {
        name for name in ASKING if MASKED in watch.ask(lived_in.of(name), Document("node", SHOWN, tang)).text
    }
    # Row security alone keeps it to the home body, of which the officer is one as well.
    colleagues = {"zhou@transport"} if watch.composition.locks == "filter off" else set()
    assert shown == {"lin@transport", "tang@transport"} | colleagues


def test_every_act_but_one_keeps_it_to_itself(watch: Watch, lived_in: Ground) -> None:
    entry = next(
        each.row
        for each in watch.backstage.rows("personal_data", lived_in.here.county_id)
        if each.row["masked"] == MASKED and each.row["home_id"] == str(lived_in.here.bodies["transport"])
    )
    which = {"entryId": global_id("PersonalData", entry["id"]), "expectedVersion": entry["version"]}
    number = NUMBERS["IDENTITY_NUMBER"]
    asked = {
        "revealPersonalData": which | {"reason": "核对"},
        "findPersonalData": {"kind": "IDENTITY_NUMBER", "value": number},
        "replacePersonalData": which | {"expectedVersion": 99, "value": number},
    }
    do = partial(act, watch.schema, Supply({}), first, depth=2)
    told = {
        (name, mutation)
        for name in ASKING
        for mutation, given in asked.items()
        if number in numbers_in(watch.ask(lived_in.of(name), do(mutation, given)).text)
    }
    colleagues = {"tang@transport", "zhou@transport"} if watch.composition.locks == "filter off" else set()
    assert told == {(name, "revealPersonalData") for name in {"lin@transport"} | colleagues}
