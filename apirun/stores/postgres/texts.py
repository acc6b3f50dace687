"""Text that PostgreSQL can't hold, written in characters that it can."""

import re
from typing import Optional

__all__ = ["kept", "restored"]

# Every encoding that a server may use has SUBSTITUTE, and hardly any text does.
SIGN = "\x1a"
NUL = f"{SIGN}0"
PAIR = re.compile(f"{SIGN}([0{SIGN}])")


def kept(text: str) -> str:
    r"""
    Return *text* as it is kept: without U+0000, which PostgreSQL refuses.

    Args:
        text: Any text; all but U+0000 and U+001A is kept as it is.

    Example:
        >>> kept("a\x00b")
        'a\x1a0b'

    Source: PostgreSQL documentation, "Character Types": the character with
    code zero cannot be stored.
    """
    if SIGN in text:
        text = text.replace(SIGN, SIGN + SIGN)
    return text.replace("\0", NUL) if "\0" in text else text


def restored(text: Optional[str]) -> str:
    r"""
    Return what `kept` was given; nothing for None.

    Args:
        text: As it is kept, also by the Go tool.

    Example:
        >>> restored(kept("a\x00b")) == "a\x00b"
        True
    """
    if not text or SIGN not in text:
        return text or ""
    return PAIR.sub(lambda pair: "\0" if pair[1] == "0" else SIGN, text)
