"""Refusals: the sentences with which the platform says no.

A refusal is an expected answer, not a failure: it carries a stable code and the facts, knows its sentence in
English and Chinese, and leaves everything as it was, because whoever raises it does so before the edge commits.
It knows nothing of HTTP or GraphQL; the API decides how a refusal is shown. The classes live beside what raises
them; only those that every room needs are here. `docs/errors.md` is generated from the subclasses.
"""

from typing import ClassVar, Literal

Language = Literal["zh", "en"]


class Refusal(Exception):
    """A request the platform refuses. Subclasses declare `code`, `en` and `zh`; facts fill the templates.

    Facts that are `shown` go out beside the sentence as well, for programs to read.
    """

    code: ClassVar[str]
    en: ClassVar[str]
    zh: ClassVar[str]
    shown: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.code, facts)

    def sentence(self, language: Language) -> str:
        """The refusal in the reader's language."""
        template = self.zh if language == "zh" else self.en
        return template.format(**self.facts)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence('en')}"


class NotFound(Refusal):
    """Nothing of that id is visible to the actor: it does not exist, or it is somebody else's. Which, is not told."""

    code = "NOT_FOUND"
    en = "Nothing here has that id. Check it, and check in which capacity you are acting."
    zh = "没有找到该对象。请核对编号，并确认当前以哪个身份办理。"


class NotPermitted(Refusal):
    """The actor sees the object, but none of the actor's roles may do this to it."""

    code = "NOT_PERMITTED"
    en = "Your role in this body does not allow this act ({act_en}). Ask a colleague whose role does."
    zh = "您在本单位的岗位无权办理此事项（{act_zh}）。请由有权限的同事办理。"


class Stale(Refusal):
    """Somebody changed the object after the reader last saw it."""

    code = "STALE_VERSION"
    en = "Somebody changed this in the meantime (you had version {expected}, it is now {actual}). Read it again, then decide."
    zh = "该事项已被他人更新（您看到的是第{expected}版，现为第{actual}版）。请重新查看后再办理。"
