"""The root of all errors."""

__all__ = [
    "ApirunError",
    "text_of",
]


class ApirunError(Exception):
    """
    The root of all errors that apirun raises on purpose.

    Example:
        >>> try:
        ...     Orchestrator.from_file("no-such.yaml").up()
        ... except ApirunError as error:
        ...     print("setting up failed:", type(error).__name__)
        setting up failed: DocumentError
    """


def text_of(error: BaseException) -> str:
    """Return the text of *error*, also of one that fails to tell it."""
    try:
        return str(error)
    except Exception as second:  # noqa: BLE001 - it is a program's own class
        return f"(no text: its __str__ raised {type(second).__name__})"
