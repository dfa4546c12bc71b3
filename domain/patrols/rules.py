"""What a body that only patrols may do: hand over to the one body named. Pure; who that is, is handed in."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from tenancy.refusals import Refusal

KIND: Literal["patrol_body"] = "patrol_body"

ENTRY = "patrol.hands_over_to"


class ReceivesNothing(Refusal):
    """A case would go to a body that only patrols."""

    code = "PATROL_RECEIVES_NOTHING"
    en = "{name} only patrols and receives no cases. Send it to {receiver}, which takes over what it finds (source: {source})."
    zh = "{name}只负责巡查，不接收移送案件。请移送接手其发现事项的{receiver}（依据：{source}）。"


class HandsOverElsewhere(Refusal):
    """A body that only patrols would hand over to another than the one named."""

    code = "PATROL_HANDS_OVER_ELSEWHERE"
    en = "{name} hands over what it finds to {receiver} and to nobody else (source: {source}). Choose that body."
    zh = "{name}发现的违法行为只移交{receiver}（依据：{source}）。请改选该单位。"


class NobodyNamed(Refusal):
    """The rulebook names nobody who takes over what a body that only patrols finds."""

    code = "PATROL_NOBODY_NAMED"
    en = (
        "{name} only patrols, and the county's rules name no body that takes over what it finds. Ask the coordination "
        "office to have one named."
    )
    zh = "{name}只负责巡查，本县规则未写明由哪个单位接手其发现的事项。请联系统筹协调机构予以明确。"


class DecidesNothing(Refusal):
    """A body that only patrols would be given a matter of its own, or speak in one."""

    code = "PATROL_DECIDES_NOTHING"
    en = "{name} only patrols and hands over what it finds; this is not for it to do. Choose another body for it."
    zh = "{name}只负责巡查和移交，不能办理该事项。请改由其他单位办理。"


@dataclass(frozen=True, slots=True)
class Handover:
    """To whom a body hands over what it finds, and by which article."""

    receiver_id: UUID
    receiver: str
    source: str


def only_patrols(kind: str) -> bool:
    """Whether a body of this kind only patrols."""
    return kind == KIND


def not_to(name: str, handover: Handover | None) -> Refusal:
    """Why nothing is sent to a body that only patrols, with whom to send it to instead where somebody is named."""
    if handover is None:
        return NobodyNamed(field="addressee", name=name)
    return ReceivesNothing(field="addressee", name=name, receiver=handover.receiver, source=handover.source)


def handed_to(addressee_id: UUID, *, name: str, handover: Handover | None) -> None:
    """Whether a body that only patrols may hand over to this one. Raises `NobodyNamed`, `HandsOverElsewhere`."""
    if handover is None:
        raise NobodyNamed(field="addressee", name=name)
    if addressee_id != handover.receiver_id:
        raise HandsOverElsewhere(
            field="addressee", name=name, receiver=handover.receiver, source=handover.source
        )


def decides(kind: str, name: str, *, field: str) -> None:
    """Raises `DecidesNothing` for a body that only patrols."""
    if only_patrols(kind):
        raise DecidesNothing(field=field, name=name)
