"""The structure of a page of HTML, as a reader of HTML sees it."""

from html.parser import HTMLParser
from typing import Dict, Iterator, List, Optional, Tuple

__all__ = ["Element", "Outline", "outline"]

VOID = ("br", "col", "hr", "input", "link", "meta")
Attributes = Dict[str, Optional[str]]


class Element:
    """
    One element.

    Attributes:
        tag: Its name.
        attributes: By name.
        children: Elements and texts.
    """

    def __init__(self, tag: str, attributes: Attributes) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: List[object] = []

    def every(self, tag: str = "", class_: str = "") -> Iterator["Element"]:
        """Find the elements below with that name and that class."""
        for child in self.children:
            if isinstance(child, Element):
                classes = (child.attributes.get("class") or "").split()
                if tag in ("", child.tag) and (not class_ or class_ in classes):
                    yield child
                yield from child.every(tag, class_)

    @property
    def text(self) -> str:
        """All text below, one after the other."""
        return "".join(
            child.text if isinstance(child, Element) else str(child)
            for child in self.children
        )

    @property
    def shape(self) -> Tuple[object, ...]:
        """Names of elements and of their attributes, without any text."""
        below = (child for child in self.children if isinstance(child, Element))
        return (self.tag, tuple(self.attributes), tuple(each.shape for each in below))


class Outline(HTMLParser):
    """Reads a page, and fails where elements are not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        """Open an element."""
        assert len(dict(attrs)) == len(attrs), f"{tag} has an attribute twice"
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(
        self, tag: str, attrs: List[Tuple[str, Optional[str]]]
    ) -> None:
        """Take an element that closes itself, as in SVG."""
        self._open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self._open[-1].tag == tag, f"{self._open[-1].tag} ends with {tag}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take text."""
        self._open[-1].children.append(data)


def outline(page: str) -> Element:
    """Return the structure of *page*."""
    reader = Outline()
    reader.feed(page)
    reader.close()
    return reader.root
