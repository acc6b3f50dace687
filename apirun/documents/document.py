"""One YAML file as plain data, and the problems found in the files of a run."""

from typing import Dict, Iterable, List, Optional, Tuple

from attrs import define, evolve, field, frozen

from apirun.documents.builder import Builder
from apirun.documents.events import python_events
from apirun.documents.faults import Fault
from apirun.documents.files import read_text, split_lines
from apirun.documents.scalars import is_null
from apirun.exceptions import DocumentError
from apirun.origin import Location, Origin, Place, Problem, shown_path
from apirun.shown_line import shown_line

__all__ = ["Document", "Findings", "open_document", "parse_document"]

MAX_SLOW_CHARACTERS = 256 * 1024
MAX_PROBLEMS = 100


@frozen
class Document:
    """
    One YAML file as plain data with places.

    Attributes:
        path: Absolute path.
        text: What stands in it.
        data: Its values, as `Builder` gives them.
        places: Place of each value, by its path with dots.
        keys: Line and column of each key.
    """

    path: str
    file: str
    text: str = field(repr=False)
    data: object = field(repr=False)
    places: Dict[str, Place] = field(repr=False)
    keys: Dict[str, Tuple[int, int]] = field(repr=False)

    @property
    def origin(self) -> Origin:
        """The file and the places of its values."""
        return Origin(self.file, self.places)

    def problems(self, faults: Iterable[Fault]) -> List[Problem]:
        """Return *faults* with their places and lines, in the order of the lines."""
        found = list(faults)
        lines = split_lines(self.text) if found else []
        return in_order(self._problem(fault, lines) for fault in found)

    def _problem(self, fault: Fault, lines: List[str]) -> Problem:
        if fault.at_key and fault.key in self.keys:
            line, column = self.keys[fault.key]
            location = Location(self.file, line, column)
        else:
            location = self.origin.locate(fault.key, fault.line, fault.column)
        place = self.places.get(fault.key)
        if place is not None and place.indent is not None and fault.column:
            location = _unfold(location, lines, place.indent)
        at = location.line
        shown = lines[at - 1] if 0 < at <= len(lines) else ""
        return Problem(location, fault.message, shown)


@define
class Findings:
    """
    What is wrong, and what is odd, in all the files that were read.

    Attributes:
        problems: What is wrong, in the order of the files.
        warnings: What is odd and no error yet, likewise.
    """

    problems: List[Problem] = field(factory=list)
    warnings: List[Problem] = field(factory=list)

    def add(self, document: Document, faults: Iterable[Fault]) -> None:
        """Add the *faults* of one document in the order of its lines."""
        self.problems += document.problems(faults)

    def warn(self, document: Document, faults: Iterable[Fault]) -> None:
        """Add *faults* that are no errors yet."""
        self.warnings += document.problems(faults)

    def add_file(self, file: str, message: str) -> None:
        """Add what is wrong with *file* as a whole."""
        self.problems.append(Problem(Location(file), message))

    def close(self) -> Tuple[Problem, ...]:
        """
        Return the warnings.

        Raises:
            DocumentError: If there are problems.
        """
        if self.problems:
            raise DocumentError(tuple(self.problems))
        return tuple(self.warnings)


def _unfold(location: Location, lines: List[str], indent: int) -> Location:
    """Return the place in a block whose lines were joined to one (``>``)."""
    line, column = location.line, location.column
    while line < len(lines) and column > len(lines[line - 1]) + 1:
        column += indent - len(lines[line - 1]) - 1
        line += 1
    return Location(location.file, line, column)


def in_order(problems: Iterable[Problem]) -> List[Problem]:
    """Return the *problems* of one file in the order of its lines, up to a bound."""

    def place(problem: Problem) -> Tuple[int, int, str]:
        location = problem.location
        return location.line, location.column, problem.message

    unique = {
        (problem.location, problem.message): evolve(
            problem, line_text=shown_line(problem.line_text)
        )
        for problem in problems
    }
    found = sorted(unique.values(), key=place)
    if len(found) > MAX_PROBLEMS:
        location = Location(found[0].location.file)
        more = f"{len(found) - MAX_PROBLEMS:,} more problems, not shown"
        return [*found[:MAX_PROBLEMS], Problem(location, more)]
    return found


def parse_document(path: str, text: str, findings: Findings) -> Optional[Document]:
    """
    Return the document that *text* is, None where that can't be told.

    Args:
        path: Absolute path of its file.
        text: All of it.
        findings: Gets what is wrong.
    """
    file = shown_path(path)
    builder = Builder(file, text)
    data = builder.build()
    if builder.misread and len(text) <= MAX_SLOW_CHARACTERS:
        builder = Builder(file, text, python_events)
        data = builder.build()
    findings.problems += in_order(builder.problems)
    if not builder.usable:
        return None
    if is_null(data):
        findings.add_file(file, "this file is empty")
        return None
    return Document(path, file, text, data, builder.places, builder.keys)


def open_document(path: str, findings: Findings) -> Optional[Document]:
    """
    Return the document in the file at *path*, None where that can't be told.

    Args:
        path: Absolute path.
        findings: Gets what is wrong.
    """
    try:
        text = read_text(path, file=shown_path(path))
    except DocumentError as error:
        findings.problems += error.problems
        return None
    return parse_document(path, text, findings)
