"""The entries on discipline: who looks into which ground, by when, and what may be withheld.

Who decides on other things about a seconded officer is the split of powers.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import ChoiceType, FlagType, Known, LimitType
from domain.rulebooks.values import Words

INQUIRERS: Mapping[str, Words] = MappingProxyType(
    {
        "home": Words("the body that seconds them", "派出单位"),
        "host": Words("the body that uses them", "用人单位"),
        "both": Words("either of the two", "派出单位或者用人单位"),
    }
)
"""Who looks into a ground."""

DISCIPLINE: Mapping[str, Known] = MappingProxyType(
    {
        "discipline.failure": Known(
            ChoiceType(INQUIRERS),
            Words(
                "Who looks into failures of seconded staff in enforcement work.",
                "下沉人员执法工作不到位、不作为、乱作为的，由谁核查处理。",
            ),
        ),
        "discipline.complaint": Known(
            ChoiceType(INQUIRERS),
            Words(
                "Who looks into complaints about seconded staff in their home's field.",
                "下沉人员在派出单位业务领域内发生信访、投诉的，由谁核查处理。",
            ),
        ),
        "discipline.breach": Known(
            ChoiceType(INQUIRERS),
            Words(
                "Who looks into breaches of discipline or rules by seconded staff in their home's field.",
                "下沉人员在派出单位业务领域内违纪违规的，由谁核查处理。",
            ),
        ),
        "discipline.absence": Known(
            ChoiceType(INQUIRERS),
            Words(
                "Who looks into seconded staff that are not in their post or do not obey the host.",
                "下沉人员未按规定到岗到位、不服从用人单位管理的，由谁核查处理。",
            ),
        ),
        "discipline.benefits_withheld": Known(
            FlagType(),
            Words(
                "Whether a host may withhold its own benefits from seconded staff by such a decision.",
                "用人单位能否据此停发本单位给予下沉人员的待遇。",
            ),
        ),
        "discipline.conclude": Known(
            LimitType(),
            Words(
                "From opening a disciplinary case until it is concluded or dropped; the body that looks into it owes it.",
                "自问责事项立项之日起作出处理或者撤销的期限，由核查单位承担。",
            ),
        ),
        "discipline.ask_review": Known(
            LimitType(),
            Words(
                "From the decision until the officer whom it is about can ask for a review at the latest.",
                "自作出处理之日起本人申请复核的期限。",
            ),
        ),
        "discipline.review": Known(
            LimitType(),
            Words(
                "From the request for a review until it is decided; the body that looked into the case owes it.",
                "自申请复核之日起作出复核决定的期限，由核查单位承担。",
            ),
        ),
    }
)
