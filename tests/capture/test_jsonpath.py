"""Paths that begin with ``$``."""

import subprocess
import sys

import pytest

from apirun.capture import MISSING, Path, PathError, as_text, parse_document

DOCUMENT = parse_document(
    '{"users": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bob"}], "price": 1.10,'
    ' "a-b": {"c": null}, "one": [{"id": 7}], "empty": []}'
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.users[0].id", 1),
        ("$.users[-1].id", 2),
        ("$.users[*].id", [1, 2]),
        ("$.one[*].id", [7]),
        ("$.one[0:1].id", [7]),
        ("$.one[?(@.id==7)].id", [7]),
        ("$.users[?(@.id>1)].name", ["Bob"]),
        ("$..name", ["Ada", "Bob"]),
        ("$.one..id", [7]),
        ("$['a-b'].c", None),
        ("$.users.`len`", 2),
        ("$.empty", []),
        ("$.empty[*]", MISSING),
        ("$.nope", MISSING),
        ("$.users[5]", MISSING),
        ("$.price.nope", MISSING),
    ],
)
def test_jsonpath(path, expected):
    """A definite path gives its value, any other a list, neither a guess."""
    assert expected == Path(path).get(DOCUMENT)


def test_whole_document():
    """``$`` alone is the document."""
    assert DOCUMENT is Path("$").get(DOCUMENT)


def test_digits_are_kept():
    """A number comes through JSONPath with the digits of the document."""
    assert as_text(Path("$.price").get(DOCUMENT)) == "1.10"


@pytest.mark.parametrize(
    ("path", "position"),
    [
        ("$.[", None),
        ("$.a b", 4),
        ("$.a#", 3),
        ("$x", 1),
        ("$" + ".a" * 300, None),
        ("$" + "[?(@.a" * 20, 97),
        ("$.a[", None),
    ],
)
def test_refused_jsonpath(path, position):
    """What jsonpath-ng refuses is a `PathError`, with the place if it tells."""
    with pytest.raises(PathError) as caught:
        Path(path)

    assert position == caught.value.position


def test_deepest_document_is_searched():
    """A search reaches the bottom of the deepest document there may be."""
    document = parse_document('{"a":' * 256 + "1" + "}" * 256)

    assert len(Path("$..a").get(document)) == 256


@pytest.mark.parametrize("module", ["apirun.capture", "apirun.capture.jsonpath"])
def test_library_is_loaded_when_needed(module):
    """Importing the package loads no jsonpath-ng, compiling GJSON neither."""
    script = (
        f"import sys, {module}\n"
        "from apirun.capture import Path\n"
        "Path('a.b')\n"
        "before = 'jsonpath_ng' in sys.modules\n"
        "Path('$.a')\n"
        "print(before, 'jsonpath_ng' in sys.modules)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "False True"
