"""Asking an identity provider for the keys that it publishes: its description first, then the set that this names.

Over https only, or http on this machine; nowhere else than where the provider says itself, so redirects are not
followed; bounded in time and in size. What is done with the keys, and how often they are asked for, is not known here
(`tenancy/provider_keys.py`).
"""

import asyncio
import ssl
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from tenancy.provider_keys import KeysNotToBeHad
from tenancy.provider_tokens import unambiguous

SECONDS = 5.0
LARGEST = 256 * 1024
DESCRIPTION = "/.well-known/openid-configuration"


async def published_keys(issuer: str) -> Any:
    """The key set of the provider of this issuer, as JSON. Raises `KeysNotToBeHad`."""
    try:
        async with asyncio.timeout(SECONDS), _client() as client:
            return await _document(client, await _address_of_the_keys(client, issuer))
    except (TimeoutError, httpx.TimeoutException):
        raise KeysNotToBeHad(f"no answer within {SECONDS:g} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise KeysNotToBeHad(f"it cannot be reached ({type(error).__name__})") from error


def is_private_on_its_way(address: str) -> bool:
    """Whether nobody can read or change what this address answers: https, or http on this machine. No passwords in it."""
    try:
        parts = urlsplit(address)
        is_plain = not (parts.username or parts.password or parts.fragment) and bool(parts.hostname)
        _ = parts.port  # raises where it is none
        return is_plain and (parts.scheme == "https" or (parts.scheme == "http" and is_here(address)))
    except ValueError:
        return False


def is_here(address: str) -> bool:
    """Whether the address is one of this machine's own."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _client() -> httpx.AsyncClient:
    # The machine's own list of authorities, in which a county's closed network puts its own.
    return httpx.AsyncClient(
        verify=ssl.create_default_context(),
        trust_env=False,
        follow_redirects=False,
        timeout=SECONDS,
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
    )


async def _address_of_the_keys(client: httpx.AsyncClient, issuer: str) -> str:
    described = await _document(client, issuer.removesuffix("/") + DESCRIPTION)
    if not isinstance(described, dict) or described.get("issuer") != issuer:
        raise KeysNotToBeHad("it describes itself as another issuer")
    address = described.get("jwks_uri")
    if not isinstance(address, str) or not is_private_on_its_way(address):
        raise KeysNotToBeHad("it names no address of its keys that can be trusted")
    if is_here(address) and not is_here(issuer):
        raise KeysNotToBeHad("it says that its keys are on this machine, and is itself elsewhere")
    return address


async def _document(client: httpx.AsyncClient, address: str) -> Any:
    async with client.stream("GET", address) as response:
        if response.status_code != httpx.codes.OK:
            raise KeysNotToBeHad(f"it answers with {response.status_code}")
        text = bytearray()
        async for chunk in response.aiter_raw():
            text += chunk
            if len(text) > LARGEST:
                raise KeysNotToBeHad(f"it answers with more than {LARGEST // 1024} KiB")
    try:
        return unambiguous(bytes(text))
    except ValueError:
        raise KeysNotToBeHad("it answers with what is no JSON") from None
