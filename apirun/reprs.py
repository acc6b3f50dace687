"""How values that may hold secrets show themselves in a program's output."""

from typing import Tuple

from apirun.masking import MASK, Masker
from apirun.secret_names import is_secret_name

__all__ = ["shown_pairs", "shown_url"]


def shown_url(url: str) -> str:
    """
    Return the `repr` of a URL or a template of one, without what is secret in it.

    Example:
        >>> shown_url("http://me:pw@proxy:3128")
        "'http://me:***@proxy:3128'"
    """
    return repr(Masker().mask_url(url))


def shown_pairs(pairs: Tuple[Tuple[str, str], ...]) -> str:
    """
    Return the `repr` of headers or queries, without what their names call secret.

    A value that is a template and nothing else is shown: it names the secret.

    Example:
        >>> shown_pairs((("X-Api-Key", "k-1"), ("Authorization", "{{.auth.me}}")))
        "(('X-Api-Key', '***'), ('Authorization', '{{.auth.me}}'))"
    """
    return repr(
        tuple(
            (name, MASK if _tells(name, text) else Masker().mask_url(text))
            for name, text in pairs
        )
    )


def _tells(name: str, text: str) -> bool:
    named = is_secret_name(name) or name.lower() == "cookie"
    return named and not (text.startswith("{{") and text.endswith("}}"))
