"""Stands for values that are not known while a plan is made."""

__all__ = ["Unknown"]


class Unknown:
    """
    Stands for a value that is not known yet.

    Rendering it prints its label; a function that is given one returns one
    with the same label; a decision over one raises `UnknownValueError`.

    Args:
        label: What a reader sees, such as ``(known after a/001_b)``.

    Example:
        >>> from apirun.template import Template
        >>> Template("id={{.id}}").render({"id": Unknown("(known later)")})
        'id=(known later)'
    """

    __slots__ = ("label",)

    def __init__(self, label: str) -> None:
        self.label = label

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.label == other.label

    def __hash__(self) -> int:
        return hash((Unknown, self.label))

    def __repr__(self) -> str:
        return f"Unknown({self.label!r})"

    def __str__(self) -> str:
        return self.label
