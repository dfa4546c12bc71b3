"""Trusted documents: the operations that front ends were built with, each under an id.

    {"documentId": "3f…", "variables": {…}}                           as the GraphQL-over-HTTP draft has it
    {"extensions": {"persistedQuery": {"sha256Hash": "3f…"}}}         as Apollo's clients send it

A manifest is what the tool that builds a front end writes beside it: an object of ids and texts (`persistedDocuments`
of @graphql-codegen, `persistConfig` of relay-compiler), or Apollo's list of operations. An id is whatever the tool
made; the SHA-256 of a text, bare or after `sha256:`, names it too. It registers nothing: what is not in the manifest
when the process starts is not known, and unless `others` are taken, it is not answered either.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from tenancy.refusals import Refusal

APOLLO = "apollo-persisted-query-manifest"


class DocumentNotTrusted(Refusal):
    """Only documents of the manifest are answered, and this is none of them."""

    code = "DOCUMENT_NOT_TRUSTED"
    en = (
        "Only the documents that this platform's front ends were built with are answered here, and this is none of "
        "them. Reload the page; if that does not help, have the new front end's manifest installed."
    )
    zh = "本平台只受理已登记前端程序的请求，该请求不在其中。请刷新页面；如仍无效，请管理员安装新版前端的请求清单。"


class PersistedQueryNotSupported(Refusal):
    """An id came without a text, and there is no manifest. Apollo's clients know this code, and send texts from then on."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"
    en = "No documents are known by an id here. Send the whole document as `query`."
    zh = "本平台未登记请求清单。请以 query 发送完整的查询文档。"


class PersistedQueryNotFound(Refusal):
    """An id came that is not in the manifest, where texts are taken too. Apollo's clients know this code as well."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    en = "No document is known by this id. Send the whole document as `query`."
    zh = "没有登记过此编号的查询文档。请以 query 发送完整的查询文档。"


class ManifestRefused(Refusal):
    """What should be a manifest cannot be taken; nothing of it is trusted."""

    code = "TRUSTED_DOCUMENTS_REFUSED"
    en = "{file} is not a manifest of documents for this schema, {count} fault(s). Correct them and start again:\n{faults}"
    zh = "{file}不是适用于本接口的请求清单，共{count}处错误，请改正后重新启动：\n{faults}"

    def __init__(self, file: str, faults: list[str]) -> None:
        super().__init__(file=file, count=len(faults), faults="\n".join(faults))


class TrustedDocuments:
    """The manifest that is in force. `others`: documents that are not in it are answered as well, for development."""

    def __init__(self, name: str, by_id: Mapping[str, str], *, others: bool = False) -> None:
        self.name = name
        self.by_id = by_id
        self.others = others
        self._by_any_name = dict(_named(by_id))
        self._texts = frozenset(by_id.values())

    @staticmethod
    def read(manifest: bytes, *, name: str, others: bool = False) -> "TrustedDocuments":
        """Of a manifest as a tool wrote it. Raises `ManifestRefused`; whether it fits the schema is seen later."""
        try:
            written = orjson.loads(manifest)
        except orjson.JSONDecodeError as error:
            raise ManifestRefused(name, [f"JSON: {error}"]) from error
        by_id = dict(_entries(written))
        faults = [
            f"{identifier}: {type(text).__name__}"
            for identifier, text in by_id.items()
            if not isinstance(identifier, str) or not isinstance(text, str)
        ]
        if faults or not by_id:
            raise ManifestRefused(name, faults or ['{"id": "query …"}'])
        return TrustedDocuments(name, by_id, others=others)

    def text_of(self, identifier: str) -> str:
        """The document of that id. Raises `DocumentNotTrusted` or `PersistedQueryNotFound`."""
        text = self._by_any_name.get(identifier)
        if text is None:
            raise PersistedQueryNotFound if self.others else DocumentNotTrusted
        return text

    def refuse_unless_trusted(self, text: str) -> None:
        """Raises `DocumentNotTrusted` for a text that is not in the manifest, where only those are answered."""
        if not self.others and text not in self._texts:
            raise DocumentNotTrusted


def id_in(given: Mapping[str, Any]) -> str | None:
    """The id by which a request names its document, if it does."""
    identifier = given.get("documentId")
    if identifier is None:
        extensions = given.get("extensions")
        persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
        identifier = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return identifier if isinstance(identifier, str) and identifier else None


def text_in(given: Mapping[str, Any], trusted: TrustedDocuments | None) -> str | None:
    """The document that a request asks for, by its text or by its id; None where it names none.

    Raises `DocumentNotTrusted`, `PersistedQueryNotFound` or `PersistedQueryNotSupported`.
    """
    text, identifier = given.get("query"), id_in(given)
    if isinstance(text, str) and text:
        if trusted is not None:
            trusted.refuse_unless_trusted(text)
        return text
    if identifier is None:
        return None
    if trusted is None:
        raise PersistedQueryNotSupported
    return trusted.text_of(identifier)


def _entries(written: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(written, dict):
        return
    if written.get("format") != APOLLO:
        yield from written.items()
        return
    operations = written.get("operations")
    for operation in operations if isinstance(operations, list) else ():
        if isinstance(operation, dict):
            yield operation.get("id"), operation.get("body")


def _named(by_id: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for text in by_id.values():
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield digest, text
        yield f"sha256:{digest}", text
    yield from by_id.items()
