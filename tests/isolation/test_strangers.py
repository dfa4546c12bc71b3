"""What strangers have is as if it were not: ids, contents, totals, order, errors. Each asked of everything once."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.isolation.asking import taking, whole_questions
from tests.isolation.ground import Ground
from tests.isolation.strangers import no_telling_apart, others_write, those_apart
from tests.isolation.watching import Watch

ASKING = ("gao@kunyang", "su@aojiang", "wu@coordination", "lei@kunyang", "elsewhere lin@transport")


def last(options: Sequence[Any]) -> Any:
    """What lies there last, which was written last."""
    return options[-1]


class TestAStrangersId:
    def test_is_told_apart_from_none_by_no_question_and_no_act(self, watch: Watch, lived_in: Ground) -> None:
        for who in those_apart(watch, lived_in, ASKING):
            strange = watch.supply(lived_in, not_readable_by=who)
            assert {"Referral", "ReferralMaterial", "Notification", "File"} <= set(strange.ids)
            for kind, ids in strange.ids.items():
                acts, questions = taking(watch.schema, kind)
                for n, root in enumerate((*acts, *questions)):
                    no_telling_apart(watch, who, kind, ids[-n % len(ids)], root, last)


class TestContents:
    @pytest.mark.parametrize("name", ["lin@transport", *ASKING])
    def test_are_given_to_whom_they_are_open(self, watch: Watch, lived_in: Ground, name: str) -> None:
        who, supply = lived_in.of(name), watch.supply(lived_in)
        contents = (*supply.ids["ReferralMaterial"], *supply.ids["File"])
        given = [named for named in contents if watch.download(who, named).status == 200]
        if name in ("lin@transport", "gao@kunyang", "wu@coordination"):
            assert 0 < len(given) < len(contents)


class TestWhatOthersWrite:
    def test_changes_no_list_no_total_and_no_error_of_anybody_else(
        self, watch: Watch, lived_in: Ground
    ) -> None:
        assert watch.schema.query_type is not None
        roots = watch.schema.query_type.fields
        for who in those_apart(watch, lived_in, ASKING):
            documents = whole_questions(watch.schema, watch.supply(lived_in))
            lists = [each for each in documents if "first" in roots[each.root].args]
            assert len(lists) >= 10
            before = [watch.ask(who, each).text for each in lists]
            for choose in (last, lambda options: options[0]):
                others_write(watch, lived_in, who, choose)
            for each, text in zip(lists, before, strict=True):
                assert watch.ask(who, each).text == text, (who, each)
