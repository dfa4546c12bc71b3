"""Troubles: what stops the platform from starting, told to the person at the terminal.

One plain sentence in Chinese and in English, and a way out where there is one. Not a `Refusal`: those answer a
request of somebody who is signed in; these are read by whoever runs the machine, before anybody can sign in.
"""


class Trouble(Exception):
    """Something about the machine or its settings that the person who runs it has to put right."""

    def __init__(self, *, en: str, zh: str) -> None:
        self.en = en
        self.zh = zh
        super().__init__(en)

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"
