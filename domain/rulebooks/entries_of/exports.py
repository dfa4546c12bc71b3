"""The entries on exports: how long their files are kept, and how many may be under way at once."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import Known, NumberType
from domain.rulebooks.values import Words

EXPORTS: Mapping[str, Known] = MappingProxyType(
    {
        "exports.kept_for": Known(
            NumberType(unit="days", least=1, most=90),
            Words("How long the file of an export is kept.", "导出文件的保存时间。"),
        ),
        "exports.under_way_of_person": Known(
            NumberType(unit="exports", least=1, most=50),
            Words(
                "How many exports one person may have waiting or running in one body.",
                "同一人员在同一单位可同时排队和进行的导出数。",
            ),
        ),
        "exports.under_way_of_body": Known(
            NumberType(unit="exports", least=1, most=200),
            Words(
                "How many exports one body may have waiting or running.",
                "同一单位可同时排队和进行的导出数。",
            ),
        ),
    }
)
