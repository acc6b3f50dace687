"""What pytest says when an environment is not what a test expected."""

from typing import List, Mapping, Optional, Set

from apirun import Environment

__all__ = ["compare"]

HIDDEN = "***"


def compare(operator: str, left: object, right: object) -> Optional[List[str]]:
    """
    Return how variables differ, secret ones hidden; None if it is not about them.

    Args:
        operator: What the test compared them with.
        left: The one side.
        right: The other side.
    """
    if operator != "==" or not (
        isinstance(left, Mapping)
        and isinstance(right, Mapping)
        and (isinstance(left, Environment) or isinstance(right, Environment))
    ):
        return None
    secrets = _secrets(left) | _secrets(right)
    lines = [f"{_named(left)} == {_named(right)}"]
    for side, mapping, other in (("left", left, right), ("right", right, left)):
        only = sorted(f"{name}" for name in mapping if name not in other)
        if only:
            lines.append(f"only {side}: {', '.join(only)}")
    for name in left:
        if name in right and left[name] != right[name]:
            hidden = name in secrets
            shown = [HIDDEN if hidden else repr(each[name]) for each in (left, right)]
            lines.append(f"{name}: {' != '.join(shown)}")
    return lines


def _secrets(mapping: Mapping[object, object]) -> Set[object]:
    if not isinstance(mapping, Environment):
        return set()
    stages = mapping.result.stages.values()
    return {name for stage in stages for name in stage.secrets}


def _named(mapping: Mapping[object, object]) -> str:
    """Return *mapping* by its names."""
    if isinstance(mapping, Environment):
        return repr(mapping)
    return f"<{type(mapping).__name__} {', '.join(sorted(map(str, mapping)))}>"
