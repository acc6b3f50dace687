"""Readers of single values: each takes what stands in a file, or says what is wrong."""

from functools import partial
from typing import Callable, Collection, List, Mapping, Pattern, Tuple, TypeVar

from apirun.documents.faults import Fault, Faults, faults_of, suggest
from apirun.documents.patterns import (
    IDENTIFIER,
    SIZE,
    STATUS,
    STATUS_CLASS,
    TABLE_NAME,
    TOKEN,
    UNITS,
)
from apirun.documents.scalars import (
    OLD_TRUTHS,
    Plain,
    is_null,
    kind_of,
    to_bool,
    to_int,
)
from apirun.documents.templates import check_template
from apirun.durations import to_seconds
from apirun.settings import TLS_VERSIONS

__all__ = [
    "Reader",
    "choice",
    "flag",
    "line",
    "method",
    "number",
    "result_codes",
    "safe_method",
    "seconds",
    "sequence",
    "size",
    "status",
    "template",
    "text",
    "tls_version",
    "token",
    "words",
]

T = TypeVar("T")
Reader = Callable[[object], T]

# Looking for what is near takes its time, and more keys are no misspellings.
MAX_HINTED = 50


def text(value: object) -> str:
    """Return a scalar as the text that stands in the file."""
    if is_null(value):
        return "" if value is None else str(value)
    if isinstance(value, str):
        return str(value)
    raise Fault(f"this must be text, not {kind_of(value)}")


def line(value: object) -> str:
    """Return text that is not empty and has no line breaks."""
    found = text(value)
    if not found.strip() or is_null(value):
        raise Fault("this must not be empty")
    if "\n" in found or "\r" in found:
        raise Fault("this must stand on one line")
    if "\0" in found:
        raise Fault("the character U+0000 can't stand here")
    return found


def template(value: object) -> str:
    """Return the text of a template."""
    found = text(value)
    check_template(found)
    return found


def flag(value: object) -> bool:
    """Return a truth value of YAML 1.2: true or false."""
    if value.__class__ is Plain:
        found = to_bool(str(value))
        if found is not None:
            return found
        meant = OLD_TRUTHS.get(str(value).lower())
        if meant is not None:
            raise Fault(f"{value} is not a truth value: write {meant}")
    if isinstance(value, str) and to_bool(value) is not None:
        raise Fault(f"this must be {value} without quotes")
    raise Fault(f"this must be true or false, not {kind_of(value)}")


def number(least: int) -> Reader[int]:
    """Return the reader of a whole number that is at least *least*."""
    return partial(read_number, least)


def read_number(least: int, value: object) -> int:
    """Return a whole number that is at least *least*."""
    found = to_int(str(value)) if value.__class__ is Plain else None
    if found is None:
        raise Fault(f"this must be a whole number, not {kind_of(value)}")
    if found < least:
        raise Fault(f"this must be at least {least}, not {found}")
    return found


def seconds(value: object) -> float:
    """Return a Go duration in seconds."""
    found = line(value)
    if to_int(found) not in (None, 0):
        raise Fault(f"{kind_of(value)} has no unit: did you mean {found}s?")
    try:
        return to_seconds(found)
    except ValueError as error:
        raise Fault(str(error)) from error


def timeout(value: object) -> float:
    """Return a Go duration longer than nothing, in seconds."""
    found = seconds(value)
    if found <= 0:
        raise Fault("this must be longer than 0s")
    return found


def size(value: object) -> int:
    """Return a size in bytes."""
    found = line(value)
    match = SIZE.fullmatch(found)
    factor = UNITS.get(match[2].lower()) if match else None
    if match is None or factor is None or len(found) > 40:
        raise Fault(
            f"{kind_of(value)} is not a size: write bytes, or for example 500KB or "
            "10MiB"
        )
    count = int(float(match[1]) * factor)
    if count < 1:
        raise Fault("a size must be at least one byte")
    return count


def choice(*known: str) -> Reader[str]:
    """Return the reader of one word among *known*."""
    return partial(read_choice, known)


def read_choice(known: Tuple[str, ...], value: object) -> str:
    """Return one word among *known*."""
    found = text(value)
    if found not in known:
        end = suggest(found, known, noun="allowed")
        raise Fault(f"{kind_of(found)} is not known here{end}")
    return found


def tls_version(value: object) -> str:
    """Return a TLS version as ``1.2``."""
    found = line(value)
    version = found[3:] if found.lower().startswith("tls") else found
    if version not in TLS_VERSIONS:
        known = ", ".join(TLS_VERSIONS)
        raise Fault(f"{kind_of(value)} is not a TLS version: write one of {known}")
    return version


def matching(pattern: Pattern[str], what: str) -> Reader[str]:
    """Return the reader of text that *pattern* matches, called *what*."""
    return partial(read_matching, pattern, what)


def read_matching(pattern: Pattern[str], what: str, value: object) -> str:
    """Return text that *pattern* matches, called *what*."""
    found = text(value)
    if not pattern.fullmatch(found):
        raise Fault(f"{kind_of(value)} is not {what}")
    return found


token = matching(TOKEN, "the name of a header: write letters, digits and '-'")
table_name = matching(
    TABLE_NAME,
    "the name of a table: write letters, digits and '_', and no digit first",
)
identifier = matching(
    IDENTIFIER,
    "the name of a variable: templates reach only letters, digits and '_', and no "
    "digit first",
)


def method(value: object) -> str:
    """Return an HTTP method in upper case."""
    found = line(value)
    if "{{" in found:
        raise Fault("a method can't be a template: write it out")
    if not TOKEN.fullmatch(found):
        raise Fault(f"{kind_of(value)} is not an HTTP method")
    return found.upper()


def safe_method(noun: str) -> Reader[str]:
    """Return the reader of a method that changes nothing, for what *noun* names."""
    return partial(read_safe_method, noun)


def read_safe_method(noun: str, value: object) -> str:
    """Return a method that changes nothing, for what *noun* names."""
    found = method(value)
    if found not in ("GET", "HEAD"):
        raise Fault(f"a {noun} may only GET or HEAD, not {found}")
    return found


def status(value: object) -> int:
    """Return one status code."""
    found = text(value)
    if not STATUS.fullmatch(found):
        raise Fault(
            f"{kind_of(value)} is not a status code: write a number such as 200"
        )
    return int(found)


def result_codes(value: object) -> Tuple[str, ...]:
    """Return status codes, classes of them and templates: a list, or one of them."""
    return sequence(_result_code)(value if isinstance(value, list) else [value])


def _result_code(value: object) -> str:
    found = template(value)
    if "{{" in found or STATUS.fullmatch(found):
        return found
    if STATUS_CLASS.fullmatch(found):
        return found.lower()
    raise Fault(
        f"{kind_of(value)} is not a status code: write a number from 100 to 599, a "
        "class such as 2xx, or a template"
    )


def sequence(reader: Reader[T]) -> Reader[Tuple[T, ...]]:
    """Return the reader of a list of what *reader* reads."""
    return partial(read_sequence, reader)


def read_sequence(reader: Reader[T], value: object) -> Tuple[T, ...]:
    """Return a list of what *reader* reads."""
    if not isinstance(value, list):
        raise Fault(f"this must be a list, not {kind_of(value)}")
    result: List[T] = []
    faults: List[Fault] = []
    for index, item in enumerate(value):
        try:
            result.append(reader(item))
        except (Fault, Faults) as error:
            faults += faults_of(error, str(index))
    if faults:
        raise Faults(faults)
    return tuple(result)


def words(value: object) -> Tuple[str, ...]:
    """Return a list of names."""
    return sequence(line)(value)


def refuse_unknown(
    value: Mapping[str, object], known: Collection[str], *, noun: str = "allowed"
) -> List[Fault]:
    """Return a fault for each key of *value* that is not among *known*."""
    unknown = [key for key in value if key not in known]
    hinted = len(unknown) <= MAX_HINTED
    return [
        Fault(
            f"unknown key '{_short(key)}'"
            f"{suggest(key, known, noun=noun) if hinted else ''}",
            key,
            at_key=True,
        )
        for key in unknown
    ]


def _short(key: str) -> str:
    return key if len(key) <= 60 else f"{key[:60]}…"
