"""The beginning of a text that may be long, with no part of a secret in it."""

from typing import Final

from apirun.masking import Masker

__all__ = ["BODY_SHOWN", "excerpt"]

BODY_SHOWN: Final = 2000
"""Characters of a body that are shown."""

_READ: Final = 65536
# A secret that is cut in two by the end of what is read is not recognized. A
# character of it is at most twelve, as a pair of escapes in JSON.
_LONGEST_FORM: Final = 12


def excerpt(masker: Masker, text: str, length: int = BODY_SHOWN) -> str:
    """
    Return the first *length* characters of *text* as it looks without secrets.

    Of a long text no more is read than is needed, so that an answer of many
    megabytes costs what a short one does.

    Args:
        masker: Knows the secrets.
        text: Of any length.
        length: Characters at most.

    Example:
        >>> excerpt(Masker(["hunter2"]), "password=hunter2&page=2", 14)
        'password=***&p'
    """
    if len(text) <= _READ:
        return masker.mask(text)[:length]
    longest = max(map(len, masker.secrets), default=0) * _LONGEST_FORM
    # What may be the beginning of a secret stands at the end, and is left out.
    shown = masker.mask(text[:_READ])[: -longest or None]
    return (shown if len(shown) >= length else masker.mask(text))[:length]
