"""Keys of personal data that are no secret, for tests: an old one of each suite, and the one in use."""

from domain.personal_data.sealing import SEALING_BYTES, Key, Keys, Suite


def a_key(key_id: str, suite: Suite = "aes") -> Key:
    """The same key under the same id, every time."""
    return Key(key_id, suite, *((key_id.encode() * 32)[:length] for length in (SEALING_BYTES[suite], 32)))


def keys_of(*keys: Key, current: str | None = None) -> Keys:
    """These keys, of which the last seals unless another is said to."""
    return Keys(known={key.id: key for key in keys}, current_id=current or keys[-1].id)


KEYS = keys_of(a_key("test-old-aes"), a_key("test-old-sm", "sm"), a_key("test"))
