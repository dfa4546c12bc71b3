"""Reading the identity providers that the deployment trusts: `providers.toml` in the home, or where GONGGUAN_PROVIDERS says.

    [[provider]]
    issuer = "https://sso.example.gov.cn/realms/county"   # exactly as its tokens say, with or without a slash at the end
    audience = "gongguan"                                 # what its tokens must be meant for
    algorithms = ["ES256", "RS256"]                       # all of EdDSA, ES256, PS256, RS256 unless given
    skew_seconds = 60                                     # how far its clock and ours may be apart
    longest_life_minutes = 720                            # after its issue a token ends by then, whatever it says
    keys_fresh_seconds = 300                              # a withdrawn key is refused by then
    keys_kept_minutes = 60                                # how long its last keys serve while it does not answer
    asked_again_seconds = 30                              # the pause between two requests for its keys

Only the first two are required; the numbers shown are those that hold otherwise. There are no secrets in it: we only
ever verify. Without the file there are no providers. Faults are refused together, each with line and column.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.providers import is_private_on_its_way
from domain.rulebooks.forms import Form, Reading
from domain.rulebooks.located import FileRefused, decode, read_located
from tenancy.provider_tokens import ALGORITHMS, Provider

# Of each number: the part of a provider that it is, one of what, and the most that makes sense.
NUMBERS = {
    "skew_seconds": ("skew", timedelta(seconds=1), 600),
    "longest_life_minutes": ("longest_life", timedelta(minutes=1), 30 * 24 * 60),
    "keys_fresh_seconds": ("keys_fresh_for", timedelta(seconds=1), 24 * 60 * 60),
    "keys_kept_minutes": ("keys_kept_for", timedelta(minutes=1), 7 * 24 * 60),
    "asked_again_seconds": ("asked_again_after", timedelta(seconds=1), 60 * 60),
}


class ProvidersRefused(FileRefused):
    """A list of providers that cannot be taken; none of them is trusted."""

    code = "PROVIDERS_REFUSED"
    en = "{file} is not a list of identity providers, {count} fault(s):\n{faults_en}"
    zh = "身份认证平台清单{file}无法读取，共{count}处错误：\n{faults_zh}"


def providers_in(file: Path) -> tuple[Provider, ...]:
    """The providers that the file lists; none without a file. Raises `ProvidersRefused`."""
    if not file.exists():
        return ()
    return read_providers(decode(file.read_bytes(), name=file.name), name=file.name)


def read_providers(text: str, *, name: str) -> tuple[Provider, ...]:
    """The providers that `text` lists. Raises `ProvidersRefused`."""
    try:
        reading = Reading(read_located(text, name=name))
    except FileRefused as refused:
        raise ProvidersRefused(refused.faults) from refused
    top = reading.top()
    providers: list[Provider] = []
    for form in top.each("provider"):
        provider = _provider(form)
        if provider.issuer and any(provider.issuer == earlier.issuer for earlier in providers):
            form.fault("issuer", "TWICE", en="this provider is listed twice", zh="该身份认证平台重复列出")
        providers.append(provider)
    top.finish()
    reading.refuse_if_faulty(ProvidersRefused)
    return tuple(providers)


def _provider(form: Form) -> Provider:
    provider = Provider(issuer=form.text("issuer"), audience=form.text("audience"))
    if provider.issuer and ("?" in provider.issuer or not is_private_on_its_way(provider.issuer)):
        form.fault(
            "issuer",
            "NOT_PRIVATE",
            en="an issuer is an https address without a query (http on this machine only)",
            zh="签发者应为不带查询参数的 https 地址（仅本机可用 http）",
        )
    if algorithms := form.texts("algorithms"):
        for each in algorithms:
            if each not in ALGORITHMS:
                form.unknown_word("algorithms", each, ALGORITHMS)
        provider = replace(provider, algorithms=frozenset(algorithms))
    lasting: dict[str, Any] = {
        part: number * one
        for key, (part, one, most) in NUMBERS.items()
        if (number := _number(form, key, most))
    }
    form.finish()
    return replace(provider, **lasting)


def _number(form: Form, key: str, most: int) -> int | None:
    found = form.raw(key)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 0 < found <= most:
        form.fault(
            key,
            "WRONG_NUMBER",
            en=f"this must be a whole number, 1 to {most}",
            zh=f"此处应为 1 至 {most} 的整数",
        )
        return None
    return found
