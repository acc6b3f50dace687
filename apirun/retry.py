"""How often, and how patiently, one request is tried again."""

import random

from attrs import field, frozen

from apirun.bounds import at_least
from apirun.checked_values import checked
from apirun.durations import to_seconds

__all__ = ["RetryPolicy", "full_jitter"]


@frozen(kw_only=True, field_transformer=checked)
class RetryPolicy:
    """
    How often, and how patiently, one request is tried again.

    Attributes:
        attempts: Total tries including the first; 1 means no retry.
        wait_initial_s: Seconds that the wait before the second try may take at
            most; also accepts a `datetime.timedelta` or a Go duration.
        wait_max_s: Upper bound in seconds for any single wait.

    Example:
        >>> RetryPolicy(attempts=5, wait_max_s="1m").wait_max_s
        60.0
    """

    attempts: int = field(default=3, validator=at_least(1))
    wait_initial_s: float = field(default=0.5, converter=to_seconds)
    wait_max_s: float = field(default=30.0, converter=to_seconds)

    def wait_s(self, tries: int) -> float:
        """
        Return how long to wait before the next try, in seconds.

        Args:
            tries: Tries made so far, at least 1.
        """
        return full_jitter(tries - 1, base_s=self.wait_initial_s, cap_s=self.wait_max_s)


def full_jitter(attempt: int, *, base_s: float, cap_s: float) -> float:
    r"""
    Return how long to wait before the next try, in seconds.

    The wait is drawn uniformly from :math:`[0, min(cap, base \cdot
    2^{attempt})]`, so that runners that failed together do not come back
    together.

    Args:
        attempt: Tries made before the last one, counted from 0.
        base_s: Seconds that the first wait may take at most.
        cap_s: Seconds that any wait may take at most.

    Returns:
        Seconds, between 0 and *cap_s*.

    Raises:
        ValueError: If *attempt* is negative.

    Example:
        >>> 0 <= full_jitter(3, base_s=0.5, cap_s=2.0) <= 2.0
        True

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
    Blog, 2015, variant "Full Jitter".
    """
    if attempt < 0:
        raise ValueError(f"attempt is counted from 0, not {attempt}")
    # Beyond 2**64 the cap has long been reached, and floats would overflow.
    ceiling = min(cap_s, base_s * 2.0 ** min(attempt, 64))
    return random.uniform(0, ceiling)  # noqa: S311 - spreads load, guards nothing
