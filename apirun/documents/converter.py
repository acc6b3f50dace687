"""The one converter that turns mappings of a file into values, unknown keys refused."""

from functools import partial
from typing import Callable, Collection, Generic, List, Mapping, Optional, Type, TypeVar

from attrs import NOTHING, fields_dict
from cattrs import Converter
from cattrs.errors import AttributeValidationNote, ClassValidationError
from cattrs.gen import make_dict_structure_fn, override

from apirun.documents.faults import Fault, Faults, faults_of, nearest
from apirun.documents.fields import MAX_HINTED, Reader, refuse_unknown
from apirun.documents.scalars import is_null, kind_of

__all__ = ["Block", "block", "read_then", "then"]

T = TypeVar("T")
U = TypeVar("U")
Structure = Callable[[Mapping[str, object], object], T]

CONVERTER = Converter(detailed_validation=True)
MADE_AT = "made_at"


class Block(Generic[T]):
    """
    The reader of a mapping that becomes a value; see `block`.

    Attributes:
        cls: What it becomes.
        readers: For each key of the file, what reads its value.
        attributes: The attribute of a key, where it is not called the same.
        defaults: Values of keys that the class requires and the file may leave
            out.
    """

    def __init__(
        self,
        cls: Type[T],
        readers: Mapping[str, Reader[object]],
        attributes: Mapping[str, str],
        defaults: Mapping[str, object],
    ) -> None:
        self.cls = cls
        self.readers = readers
        self.attributes = attributes
        self.defaults = defaults
        self._keys = {attributes.get(key, key): key for key in readers}
        self._structure: Optional[Structure[T]] = None

    @property
    def required(self) -> List[str]:
        """The keys that a file must have."""
        fields = fields_dict(self.cls)  # type: ignore[arg-type]  # T is an attrs class
        return [
            key
            for key in self.readers
            if key not in self.defaults
            and fields[self.attributes.get(key, key)].default is NOTHING
        ]

    def __call__(self, value: object) -> T:
        """Return what the mapping *value* becomes."""
        if not isinstance(value, dict):
            raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
        readers = self.readers
        given = {
            key: item
            for key, item in value.items()
            if key in readers and not is_null(item)
        }
        faults: List[Fault] = []
        if len(given) != len(value):
            faults += refuse_unknown(value, readers)
        if self._structure is None:
            self._structure = _generate(self.cls, readers, self._keys)
        try:
            result = self._structure(
                {**self.defaults, **given, MADE_AT: None}, self.cls
            )
        except ClassValidationError as error:
            unknown = [key for key in value if key not in readers]
            meant = {nearest(key, readers) for key in unknown[:MAX_HINTED]}
            faults += _translate(error, self._keys, meant)
        if faults:
            raise Faults(faults)
        return result


def block(
    cls: Type[T],
    readers: Mapping[str, Reader[object]],
    *,
    attributes: Mapping[str, str] = {},
    defaults: Mapping[str, object] = {},
) -> Block[T]:
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
    """
    return Block(cls, readers, attributes, defaults)


def then(first: Reader[U], make: Callable[[U], T]) -> Reader[T]:
    """Return the reader that gives *make* what *first* reads."""
    return partial(read_then, first, make)


def read_then(first: Reader[U], make: Callable[[U], T], value: object) -> T:
    """Return what *make* makes of what *first* reads."""
    return make(first(value))


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
