"""The one converter that turns mappings of a file into values, unknown keys refused."""

from functools import lru_cache
from typing import Callable, Collection, List, Mapping, Optional, Type, TypeVar

from attrs import fields_dict
from cattrs import Converter
from cattrs.errors import AttributeValidationNote, ClassValidationError
from cattrs.gen import make_dict_structure_fn, override

from apirun.documents.faults import Fault, Faults, faults_of, nearest
from apirun.documents.fields import MAX_HINTED, Reader, refuse_unknown
from apirun.documents.scalars import is_null, kind_of

__all__ = ["NOT_YET", "block"]

T = TypeVar("T")
Structure = Callable[[Mapping[str, object], object], T]

CONVERTER = Converter(detailed_validation=True)
MADE_AT = "made_at"
NOT_YET = "is not supported by this version yet"


def block(
    cls: Type[T],
    readers: Mapping[str, Reader[object]],
    *,
    attributes: Mapping[str, str] = {},
    defaults: Mapping[str, object] = {},
    not_yet: Collection[str] = (),
) -> Reader[T]:
    """
    Return the reader of a mapping that becomes a *cls*.

    A key without a value counts as not there. The code for the class is
    generated when the first such mapping is read.

    Args:
        cls: An attrs class.
        readers: For each key of the file, what reads its value.
        attributes: The attribute of a key, where it is not called the same.
        defaults: Values of keys that the class requires and the file may leave
            out.
        not_yet: Keys that a later version will know.
    """
    keys = {attributes.get(key, key): key for key in readers}

    @lru_cache(maxsize=None)
    def structure() -> Structure[T]:
        return _generate(cls, readers, keys)

    def read(value: object) -> T:
        if not isinstance(value, dict):
            raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
        given = {
            key: item
            for key, item in value.items()
            if key in readers and not is_null(item)
        }
        faults: List[Fault] = []
        if len(given) != len(value):
            faults += refuse_unknown(value, [*readers, *not_yet])
            faults += [
                Fault(f"'{key}' {NOT_YET}: leave it out", key, at_key=True)
                for key in not_yet
                if key in value
            ]
        try:
            result = structure()({**defaults, **given, MADE_AT: None}, cls)
        except ClassValidationError as error:
            unknown = [key for key in value if key not in readers]
            meant = {nearest(key, readers) for key in unknown[:MAX_HINTED]}
            faults += _translate(error, keys, meant)
        if faults:
            raise Faults(faults)
        return result

    return read


def _generate(
    cls: Type[T], readers: Mapping[str, Reader[object]], keys: Mapping[str, str]
) -> Structure[T]:
    """Compile the function that makes a *cls* out of a mapping."""

    def hook(reader: Reader[object]) -> Callable[[object, object], object]:
        return lambda value, _: reader(value)

    # What is read from a file was not composed: nobody need look for the caller.
    nowhere = override(struct_hook=lambda _, __: None)
    overrides = {
        name: nowhere
        if name == MADE_AT
        else override(rename=keys[name], struct_hook=hook(readers[keys[name]]))
        if name in keys
        else override(omit=True)
        for name in fields_dict(cls)  # type: ignore[arg-type]  # T is an attrs class
    }
    return make_dict_structure_fn(cls, CONVERTER, **overrides)  # type: ignore[arg-type]  # its keywords can't be typed apart


def _translate(
    error: ClassValidationError,
    keys: Mapping[str, str],
    meant: Collection[Optional[str]],
) -> List[Fault]:
    """Return the faults; a key that is only misspelt is not missing as well."""
    faults: List[Fault] = []
    for cause in error.exceptions:
        notes = getattr(cause, "__notes__", ())
        named = [note for note in notes if isinstance(note, AttributeValidationNote)]
        key = keys.get(named[-1].name, named[-1].name) if named else ""
        if not isinstance(cause, KeyError):
            faults += faults_of(cause, key)
        elif key not in meant:
            faults.append(Fault(f"'{key}' is missing"))
    return faults
