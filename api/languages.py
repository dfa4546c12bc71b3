"""Which of the platform's two languages a reader wants. It translates nothing."""

from tenancy.refusals import Language

DEFAULT: Language = "zh"


def preferred(accept_language: str | None) -> Language:
    """The language that an Accept-Language header prefers (RFC 9110, 12.5.4): Chinese unless English is wanted more.

    A malformed weight counts as none, because a reader with an odd browser still wants an answer.
    """
    weights = {"zh": 0.0, "en": 0.0}
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in weights:
            weights[language] = max(weights[language], _weight(parameters))
    return "en" if weights["en"] > weights["zh"] else DEFAULT


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
