"""Reading the demo's accounts: who may sign in, all with the one password that everybody may know.

    [demo]
    password = "…"

    [[account]]
    login = "kunyang.head"
    person = "…"                        # the id or name in a roster

Pure. Faults are refused together, each with line and column. There is no such file for a real county: there, people
get their own passwords.
"""

from collections.abc import Collection
from dataclasses import dataclass

from domain.rulebooks.forms import Reading, nearest
from domain.rulebooks.located import FileRefused, read_located

LOGIN = r"([a-z0-9]+\.)?[a-z0-9]+\.[a-z0-9]+"
"""Body and role, and in front the county where it is not the first: logins are one namespace for the deployment."""

SHORTEST_PASSWORD = 8


class AccountsRefused(FileRefused):
    """A list of demo accounts that cannot be taken; nothing of it was loaded."""

    code = "ACCOUNTS_REFUSED"
    en = "{file} is not a list of demo accounts, {count} fault(s):\n{faults_en}"
    zh = "演示账号表{file}无法载入，共{count}处错误：\n{faults_zh}"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One login and whose it is."""

    login: str
    person: str


@dataclass(frozen=True, slots=True)
class DemoAccounts:
    """The demo's logins and their common password."""

    password: str
    accounts: tuple[DemoAccount, ...]


def read_accounts(text: str, *, name: str, people: Collection[str]) -> DemoAccounts:
    """The accounts that `text` lists for these people (by identity). Raises `AccountsRefused`."""
    try:
        reading = Reading(read_located(text, name=name))
    except FileRefused as refused:
        raise AccountsRefused(refused.faults) from refused
    top = reading.top()
    head = top.sub("demo")
    if not top.has("demo"):
        top.missing("demo")
    password = head.text("password", pattern=rf".{{{SHORTEST_PASSWORD},}}")
    head.finish()
    accounts: list[DemoAccount] = []
    for form in top.each("account"):
        account = DemoAccount(login=form.text("login", pattern=LOGIN), person=form.text("person"))
        form.finish()
        if account.person and account.person not in people:
            hint_en, hint_zh = nearest(account.person, people)
            form.fault(
                "person",
                "UNKNOWN_PERSON",
                en=f'no roster has "{account.person}"{hint_en}',
                zh=f"名册中没有“{account.person}”{hint_zh}",
            )
        for key, value in (("login", account.login), ("person", account.person)):
            if value and any(value == getattr(earlier, key) for earlier in accounts):
                form.fault(key, "TWICE", en=f'"{value}" has an account already', zh=f"“{value}”已有账号")
        accounts.append(account)
    top.finish()
    reading.refuse_if_faulty(AccountsRefused)
    return DemoAccounts(password=password, accounts=tuple(accounts))
