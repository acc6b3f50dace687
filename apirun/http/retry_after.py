"""How long a server asks to wait, from its answer's ``Retry-After``."""

import time
from email.utils import parsedate_to_datetime
from typing import Mapping, Optional

__all__ = ["retry_after_s"]


def retry_after_s(headers: Mapping[str, str]) -> Optional[float]:
    """
    Return the seconds that ``Retry-After`` asks to wait; None if it does not.

    Args:
        headers: Of the answer.

    Example:
        >>> retry_after_s({"Retry-After": "2"})
        2.0

    Source: RFC 9110, section 10.2.3: seconds, or a date.
    """
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return max(0.0, moment.timestamp() - time.time())
