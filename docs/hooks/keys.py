"""
Every key of every file, made of the JSON Schema that `apirun schema` prints.

A page says ``<!-- made: keys of KIND -->`` where they are to stand, and
``<!-- made: auth types -->`` for the settings of the built-in types of tokens.
"""

import json
import re
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from apirun import schema

__all__ = ["auth_types", "keys", "on_page_markdown", "paths", "words"]

Shape = Mapping[str, Any]
MARK = re.compile(r"<!-- made: keys of (\w+) -->")


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put what is made here where a page asks for it."""
    markdown = MARK.sub(lambda found: keys(schema(found.group(1))), markdown)
    if "<!-- made: auth types -->" in markdown:
        markdown = markdown.replace("<!-- made: auth types -->", auth_types())
    return markdown


def keys(shape: Shape) -> str:
    """Return a table for each mapping of a file, the outermost first."""
    return "\n\n".join(_tables(shape))


def paths(shape: Shape, above: str = "") -> Iterator[Tuple[str, Shape]]:
    """Yield every key of a file with what it takes, by its path."""
    for key, taken in shape.get("properties", {}).items():
        path = f"{above}{key}"
        yield path, taken
        for inner, mark in _mappings(taken):
            yield from paths(inner, f"{path}{mark}.")


def words(shape: Shape) -> str:
    """Return in a few words what a key takes."""
    told = list(dict.fromkeys(_words(_some(shape))))
    return " or ".join(told) if told else "text, or values"


def auth_types() -> str:
    """Return a table of the settings of each built-in type of token."""
    (entry,) = (taken for path, taken in paths(schema("config")) if path == "auth")
    ((token, _),) = _mappings(entry)
    parts = []
    for rule in token["allOf"]:
        name = rule["if"]["properties"]["type"]["const"]
        config = rule["then"]["properties"]["config"]
        lines = ["| key of `config` | takes | what it means |", "|---|---|---|"]
        for key, taken in config["properties"].items():
            must = ", **required**" if key in config["required"] else ""
            lines.append(f"| `{key}` | {words(taken)}{must} | {_meaning(taken)} |")
        parts.append(f"### `{name}`\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _tables(shape: Shape) -> Iterator[str]:
    """Yield the tables; a mapping that was told already is pointed to."""
    told: Dict[str, str] = {}
    waiting: List[Tuple[str, Shape]] = [("", shape)]
    while waiting:
        path, here = waiting.pop(0)
        lines = ["| key | takes | what it means |", "|---|---|---|"]
        below = []
        for key, taken in here["properties"].items():
            must = ", **required**" if key in here.get("required", ()) else ""
            lines.append(f"| `{key}` | {words(taken)}{must} | {_meaning(taken)}")
            links = []
            for inner, mark in _mappings(taken):
                at = f"{path}{'.' if path else ''}{key}{mark}"
                content = json.dumps(inner["properties"], sort_keys=True)
                place = told.setdefault(content, at)
                links.append(f"[`{place}`](#{_anchor(place)})")
                if place == at:
                    below.append((at, inner))
            lines[-1] += f" See {' and '.join(links)}. |" if links else " |"
        waiting = below + waiting
        title = f"### `{path}` {{ #{_anchor(path)} }}\n\n" if path else ""
        yield title + "\n".join(lines)


def _meaning(taken: Shape) -> str:
    meaning = str(taken.get("description", ""))
    return meaning.replace("***", "`***`").replace("|", "\\|")


def _some(shape: Shape) -> Shape:
    """Return a shape without the way of saying nothing."""
    options = [each for each in shape.get("anyOf", ()) if each != {"type": "null"}]
    if len(options) == 1:
        return _some(options[0])
    return {**shape, "anyOf": options} if options else shape


def _mappings(shape: Shape) -> Iterator[Tuple[Shape, str]]:
    """Yield the mappings of known keys that may stand at a key, and how deep."""
    shape = _some(shape)
    if "anyOf" in shape:
        for each in shape["anyOf"]:
            yield from _mappings(each)
    elif "properties" in shape:
        yield shape, ""
    elif isinstance(shape.get("items"), dict):
        yield from ((inner, f"[]{mark}") for inner, mark in _mappings(shape["items"]))
    elif isinstance(shape.get("additionalProperties"), dict):
        inside = _mappings(shape["additionalProperties"])
        yield from ((inner, f".NAME{mark}") for inner, mark in inside)


def _words(shape: Shape) -> Iterator[str]:
    shape = _some(shape)
    if "anyOf" in shape:
        yield from _choice(shape["anyOf"])
    elif "enum" in shape:
        yield ", ".join(f"`{each}`" for each in shape["enum"] if each is not None)
    elif "items" in shape:
        inner = " or ".join(dict.fromkeys(_words(shape["items"])))
        yield f"a list of {_PLURAL.get(inner, inner)}"
    elif isinstance(shape.get("additionalProperties"), dict):
        yield "a mapping of names"
    elif shape.get("pattern") == r"\{\{":
        yield "a template"
    elif "type" in shape:
        yield _of_a_type(shape)


def _choice(shapes: Sequence[Shape]) -> Iterator[str]:
    if {"const": 0} in shapes:
        yield "a duration"
    elif any(each.get("maximum") == 599 for each in shapes):
        yield "a status"
    else:
        for each in shapes:
            yield from _words(each)


def _of_a_type(shape: Shape) -> str:
    if shape["type"] in ("integer", "number") and "minimum" in shape:
        return f"a number from {shape['minimum']}"
    examples = ", ".join(f"`{each}`" for each in shape.get("examples", ())[:3])
    if examples:
        return f"text, such as {examples}"
    return _TYPES.get(str(shape["type"]), "text")


_PLURAL = {"a mapping": "mappings", "text": "texts", "a status": "statuses"}
_TYPES = {
    "array": "a list",
    "boolean": "`true` or `false`",
    "integer": "a number",
    "number": "a number",
    "object": "a mapping",
}


def _anchor(path: str) -> str:
    return "key-" + re.sub(r"\W+", "-", path).strip("-").lower()
