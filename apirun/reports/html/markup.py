"""
HTML that can't be broken by what stands in it.

Markup is made by `tag`, which escapes every text that it is given, and by what is
made of it: a `Shape` fills an element that `tag` made. What comes out is `Html`,
and only that is taken into another element as it is.
"""

import re
from functools import lru_cache
from html import escape
from typing import Final, Iterable, List, Match, Optional, Tuple, Union

__all__ = [
    "HOLE",
    "Attribute",
    "Child",
    "Html",
    "Shape",
    "joined",
    "preformatted",
    "tag",
]

VOID = frozenset({"br", "col", "hr", "input", "link", "meta"})
# Controls that HTML can't hold, what UTF-8 can't, and what turns the direction
# of writing round.
_UNWRITABLE = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Child = Optional[str]
"""What stands in an element: markup, text, or nothing."""
Attribute = Union[str, bool, None]


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """
    Return an element.

    Args:
        name: Its name.
        children: Markup is taken as it is, other text is escaped.
        attributes: Their values are escaped. ``True`` stands for an attribute
            without a value; those that are ``None`` or ``False`` are left out.
            An underscore in a name is a hyphen, and one at its end nothing.

    Example:
        >>> tag("p", "1 < 2 ", tag("b", "yes"), class_="told", hidden=False)
        '<p class="told">1 &lt; 2 <b>yes</b></p>'
    """
    inside = "".join(_pieces(children))
    opening = _opening(name, tuple(attributes.items()))
    return Html(opening + inside if name in VOID else f"{opening}{inside}</{name}>")


HOLE: Final = Html("\0")
"""Stands in an element where a `Shape` puts something; no text can hold it."""


class Shape:
    """
    An element that is made once, and filled as often as it is needed.

    Args:
        element: With `HOLE` wherever something is to stand.

    Example:
        >>> item = Shape(tag("li", tag("b", HOLE), ": ", HOLE))
        >>> item("1 < 2", "yes")
        '<li><b>1 &lt; 2</b>: yes</li>'
    """

    __slots__ = ("_pieces",)

    def __init__(self, element: Html) -> None:
        # What is put in stands between these, at the odd places.
        self._pieces = "\0\0".join(element.split(HOLE)).split("\0")

    def __call__(self, *children: Child) -> Html:
        """
        Return the element with *children* in its holes.

        Args:
            children: One for each hole: markup as it is, text that is escaped,
                or nothing.

        Raises:
            ValueError: If there are more holes, or fewer.
        """
        pieces = self._pieces[:]
        pieces[1::2] = _pieces(children)
        return Html("".join(pieces))


def joined(pieces: Iterable[Child]) -> Html:
    """Return *pieces* one after the other; text among them is escaped."""
    return Html("".join(_pieces(pieces)))


def preformatted(text: str, class_: Optional[str] = None) -> Html:
    """Return *text* in an element that keeps its spaces and line breaks."""
    # A reader of HTML drops a line break right behind the tag.
    lost = "\n" if text.startswith(("\n", "\r")) else ""
    return _kept(class_)(f"{lost}{text}")


@lru_cache(maxsize=16)
def _kept(class_: Optional[str]) -> Shape:
    return Shape(tag("pre", HOLE, class_=class_))


def _pieces(children: Iterable[Child]) -> List[str]:
    return [
        child if type(child) is Html else _escaped(child) if child else ""
        for child in children
    ]


# A page says the same thousands of times: elements, headers, outcomes.
@lru_cache(maxsize=1024)
def _opening(name: str, attributes: Tuple[Tuple[str, Attribute], ...]) -> str:
    parts = [name]
    for given, value in attributes:
        if value is not None and value is not False:
            written = given.rstrip("_").replace("_", "-")
            parts.append(written if value is True else f'{written}="{_escaped(value)}"')
    return f"<{' '.join(parts)}>"


@lru_cache(maxsize=1024)
def _escaped(text: str) -> str:
    if not text.isprintable() and _UNWRITABLE.search(text):
        text = _UNWRITABLE.sub(_picture, text)
    return escape(text)


def _picture(match: Match[str]) -> str:
    """Return what shows a character that can't be written: of a control its picture."""
    code = ord(match.group())
    if code == 0x7F:
        return "\u2421"
    if 0x202A <= code <= 0x2069:
        return f"\\u{code:04x}"
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"
