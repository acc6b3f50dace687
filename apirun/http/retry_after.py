"""How long a server asks to wait, from its answer's ``Retry-After``."""

import re
import time
from email.utils import mktime_tz, parsedate_tz
from typing import Mapping, Optional

__all__ = ["retry_after_s"]

_SECONDS = re.compile(r"[0-9]{1,15}")


def retry_after_s(headers: Mapping[str, str]) -> Optional[float]:
    """
    Return the seconds that ``Retry-After`` asks to wait; None if it does not.

    Args:
        headers: Of the answer.

    Returns:
        Seconds, never negative. What is neither seconds nor a date counts as
        not there.

    Example:
        >>> retry_after_s({"Retry-After": "2"})
        2.0

    Source: RFC 9110, section 10.2.3.
    """
    text = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        parts = parsedate_tz(text)
        moment_s = None if parts is None else mktime_tz(parts)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return None if moment_s is None else max(0.0, moment_s - time.time())
