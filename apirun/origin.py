"""Where things stand in files: places, and problems shown with a caret."""

import os
from typing import Mapping, Optional, Tuple

from attrs import field, frozen

from apirun.plain_data import PlainData

__all__ = ["Location", "Origin", "Place", "Problem", "shown_path"]


def shown_path(path: str) -> str:
    """
    Return *path* as the user would type it.

    That is relative to the working directory for what lies below it, and
    absolute for the rest.
    """
    absolute = os.path.abspath(path)
    try:
        below = os.getcwd().rstrip(os.sep) + os.sep
    except OSError:
        return absolute
    if absolute + os.sep == below:
        return "."
    return absolute[len(below) :] if absolute.startswith(below) else absolute


@frozen
class Location(PlainData):
    """
    A place in a file.

    Attributes:
        file: Path as the user would type it.
        line: Line, counted from 1; 0 when only the file is known.
        column: Column in characters, counted from 1; 0 when not known.

    Example:
        >>> print(Location("network/001_create_vpc.yaml", 6, 46))
        network/001_create_vpc.yaml:6:46
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


@frozen
class Problem(PlainData):
    """
    One thing that is wrong in a document.

    Attributes:
        location: Where it stands.
        message: What is wrong, with the value, and how to mend it.
        line_text: The line as it stands in the file, for the caret; empty
            when there is none to show.

    Example:
        >>> place = Location("stages.yaml", 2, 5)
        >>> print(Problem(place, "unknown key 'nam'", "  - nam: a"))
        stages.yaml:2:5: unknown key 'nam'
          2 |   - nam: a
            |     ^
    """

    location: Location
    message: str
    line_text: str = ""

    def __str__(self) -> str:
        head = f"{self.location}: {self.message}"
        if not self.line_text or not self.location.line:
            return head
        gutter = str(self.location.line)
        shown, column = _window(self.line_text, self.location.column)
        lines = [head, f"  {gutter} | {shown}"]
        if column:
            lines.append(f"  {' ' * len(gutter)} | {' ' * (column - 1)}^")
        return "\n".join(lines)


def _window(text: str, column: int, width: int = 100) -> Tuple[str, int]:
    """Cut a long line around *column*, so that the caret stays on the screen."""
    text = text.replace("\t", " ")
    if len(text) <= width:
        return text, column
    start = max(0, column - width // 2)
    cut = text[start : start + width]
    left = "…" if start else ""
    right = "…" if start + width < len(text) else ""
    return f"{left}{cut}{right}", column - start + len(left) if column else 0


@frozen
class Place:
    """
    Where one scalar, list or mapping begins.

    Attributes:
        line: Line, counted from 1.
        column: Column in characters, counted from 1.
        indent: For a literal block (``|``), how many characters its lines are
            indented; the text then begins on the line after *line*.
    """

    line: int
    column: int
    indent: Optional[int] = None


@frozen
class Origin:
    """
    The file of a document, and the place of each of its keys.

    Attributes:
        file: Path as the user would type it.
        places: From the key as a path with dots (``up.request.url``,
            ``stages.0.env.region``) to its value's place.

    Example:
        >>> stage = Orchestrator.from_file("stages.yaml").stages[0]
        >>> create_vpc = stage.migrations[0]
        >>> print(create_vpc.origin.locate("up.request.url"))
        network/001_create_vpc.yaml:2:33
    """

    file: str
    places: Mapping[str, Place] = field(factory=dict, repr=False, eq=False)

    def locate(self, key: str, line: int = 1, column: Optional[int] = None) -> Location:
        """
        Return where *key* stands, or its nearest parent that has a place.

        Args:
            key: Path with dots.
            line: Line inside the value's text, counted from 1.
            column: Column inside that line, counted from 1.
        """
        place = self.places.get(key)
        while place is None and "." in key:
            key = key.rpartition(".")[0]
            place, line, column = self.places.get(key), 1, None
        if place is None:
            return Location(self.file)
        if place.indent is not None:
            return Location(self.file, place.line + line, place.indent + (column or 1))
        if line > 1:
            return Location(self.file, place.line, place.column)
        return Location(self.file, place.line, place.column + (column or 1) - 1)

    def named(self, key: str) -> str:
        """Return how *key* is called in a message that has its place already."""
        return key
