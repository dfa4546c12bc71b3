"""What may be uploaded, and in which year a number falls. Pure; the limits come from the rulebook."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tenancy.refusals import Refusal

MIB = 1024 * 1024

# How long an upload may wait to be attached to something.
UNATTACHED_FOR = timedelta(days=1)


class FileTooLarge(Refusal):
    """The file is larger than the rulebook allows."""

    code = "FILE_TOO_LARGE"
    en = "The file is too large: at most {most} MiB. Split or compress it."
    zh = "文件过大：最大{most} MiB。请拆分或压缩后再上传。"


class FileTypeRefused(Refusal):
    """The rulebook does not list this media type."""

    code = "FILE_TYPE_REFUSED"
    en = "Files of the type {media_type} are not accepted. Accepted: {allowed}. Convert it, and upload it again."
    zh = "不接受{media_type}类型的文件。可上传：{allowed}，请转换格式后重新上传。"


class FileContentsRefused(FileTypeRefused):
    """The bytes are not what the type says."""

    code = "FILE_CONTENTS_REFUSED"
    en = "The contents of this file are not of the type {media_type}. Check the file, and send it under its own type."
    zh = "文件内容与所注明的类型（{media_type}）不符。请核对所选文件，并按其实际类型上传。"


class FileEmpty(Refusal):
    """There is nothing in the file."""

    code = "FILE_EMPTY"
    en = "The file is empty. Choose another one."
    zh = "文件为空，请选择其他文件。"


class FileAttachedAlready(Refusal):
    """The upload already goes with something; whoever detaches it there must not take it away here."""

    code = "FILE_ATTACHED_ALREADY"
    en = "This upload is attached already. Upload the file again to attach it a second time."
    zh = "该文件已作为附件使用。如需再次附上，请重新上传。"


# How files of a type begin, for the types whose beginning is fixed: a renamed program is not a picture.
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "application/zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK\x03\x04",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (b"PK\x03\x04",),
}


def accepted_type(media_type: str, *, allowed: Collection[str]) -> str:
    """The media type without parameters, in lower case. Raises `FileTypeRefused`."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain not in allowed:
        raise FileTypeRefused(field="file", media_type=plain or "?", allowed=", ".join(sorted(allowed)))
    return plain


def begins_rightly(beginning: bytes, media_type: str) -> None:
    """Whether the first bytes are those of the type. Raises `FileContentsRefused`, `FileEmpty`."""
    if not beginning:
        raise FileEmpty(field="file")
    expected = BEGINNINGS.get(media_type)
    if expected is not None and not beginning.startswith(expected):
        raise FileContentsRefused(field="file", media_type=media_type)


def within(size: int, *, most_mib: int) -> None:
    """Whether so many bytes may be uploaded. Raises `FileTooLarge`."""
    if size > most_mib * MIB:
        raise FileTooLarge(field="file", most=most_mib)


def year_of(at: datetime, zone: ZoneInfo) -> int:
    """The year in which a letter is issued: that of the county's own day."""
    return at.astimezone(zone).year
