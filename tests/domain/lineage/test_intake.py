"""Reading a change from a file: what is taken, and that every fault is named with its place."""

import pytest

from domain.lineage.intake import Founded, read_change
from domain.lineage.rules import Name
from domain.rulebooks.located import FileRefused

HEAD = """
county = "pingyang"
since = 2026-04-01
document = "机构改革方案"
number = "平委发〔2026〕8号"
"""
MERGER = (
    HEAD
    + """
change = "merge"
from = ["transport", "agriculture"]
to = ["joint"]
[[new]]
code = "joint"
name = "平阳县交通农业局"
short_name = "平交农"
kind = "department"
"""
)


def read(text):
    return read_change(text.encode(), name="change.toml")


def faults(text):
    with pytest.raises(FileRefused) as refused:
        read(text)
    return {fault.code for fault in refused.value.faults}


def test_takes_a_merger_with_the_body_that_it_founds():
    told = read(MERGER)
    assert (told.kind, told.before, told.after) == ("merge", ("transport", "agriculture"), ("joint",))
    assert told.founded == [Founded("joint", Name("平阳县交通农业局", "平交农"), "department")]
    assert (told.body, told.heir, told.name) == (None, None, None)


def test_takes_a_split_with_its_heir_and_a_renaming_with_its_name():
    told = read(HEAD + 'change = "split"\nfrom = ["a"]\nto = ["b", "c"]\nheir = "c"\n')
    assert (told.before, told.after, told.heir) == (("a",), ("b", "c"), "c")
    told = read(HEAD + 'change = "rename"\nfrom = ["a"]\nname = "新名"\nshort_name = "新"\n')
    assert (told.after, told.name) == ((), Name("新名", "新"))


def test_takes_units_without_letters():
    text = 'body = "kunyang"\nchange = "merge"\nfrom = ["one"]\nto = ["two"]\n[[new]]\ncode = "two"\nname = "二中队"\n'
    told = read(HEAD + text)
    assert (told.body, told.founded) == ("kunyang", [Founded("two", Name("二中队"), "")])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (MERGER.replace("merge", "swallow"), {"UNKNOWN_WORD"}),
        (MERGER.replace('kind = "department"', 'kind = "village"'), {"UNKNOWN_WORD"}),
        (MERGER.replace('from = ["transport", "agriculture"]', ""), {"MISSING_FIELD"}),
        (MERGER.replace('to = ["joint"]', "to = []"), {"EMPTY", "NOT_NAMED"}),
        (MERGER.replace('to = ["joint"]', 'to = ["joint", "other"]'), {"ONE_ONLY"}),
        (MERGER.replace('to = ["joint"]', 'to = ["other"]'), {"NOT_NAMED"}),
        (MERGER.replace("since = 2026-04-01", ""), {"MISSING_FIELD"}),
        (MERGER.replace('number = "平委发〔2026〕8号"', 'number = ""'), {"EMPTY"}),
        (MERGER.replace('to = ["joint"]', 'to = ["joint"]\nheir = "joint"'), {"UNKNOWN_FIELD"}),
        (HEAD + 'change = "rename"\nfrom = ["a", "b"]\nname = "新"\nshort_name = "新"\n', {"ONE_ONLY"}),
        (HEAD + 'change = "rename"\nfrom = ["a"]\nname = "新"\n', {"MISSING_FIELD"}),
        (HEAD + 'change = "split"\nfrom = ["a", "b"]\nto = ["c"]\n', {"ONE_ONLY"}),
    ],
)
def test_names_every_fault(text, found):
    assert faults(text) == found
