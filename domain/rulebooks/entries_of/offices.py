"""The entries on offices: when they are open, what files they may attach."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import Known, NumberType, OfficeSpansType, TextsType
from domain.rulebooks.values import Words

OFFICES: Mapping[str, Known] = MappingProxyType(
    {
        "office.hours": Known(OfficeSpansType(), Words("When offices are open.", "办公时间。")),
        "files.max_size": Known(
            NumberType(unit="MiB", least=1, most=4096),
            Words("The largest single file that may be attached.", "单个附件的大小上限。"),
        ),
        "files.media_types": Known(
            TextsType(
                r"[a-z]+/[a-z0-9][a-z0-9.+-]*",
                Words("a media type such as application/pdf", "application/pdf这样的媒体类型"),
            ),
            Words("Which media types may be attached.", "允许作为附件的媒体类型。"),
        ),
    }
)
