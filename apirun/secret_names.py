"""Which names say that what they name is a secret."""

import re
from functools import lru_cache
from typing import Final

__all__ = ["MASK", "is_secret_name"]

MASK: Final = "***"
"""What is shown in place of a secret."""

_SECRET: Final = re.compile(
    "password|passwd|secret|token|api_?key|private_key|credential|authorization"
)


# The same headers come with every request and every answer.
@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """
    Tell whether a variable, a header or a parameter of this name is secret.

    Args:
        name: The name, in any case, with ``-`` or ``_`` between its words.

    Example:
        >>> is_secret_name("X-Api-Key"), is_secret_name("region")
        (True, False)
    """
    return _SECRET.search(name.lower().replace("-", "_")) is not None
