"""Where in a response a value stands."""

import pickle

import pytest

from apirun.capture import Path, PathError, parse_source


@pytest.mark.parametrize(
    ("expression", "kind", "name"),
    [
        ("header:Location", "header", "Location"),
        ("header:X-Request-Id", "header", "X-Request-Id"),
        ("cookie:session", "cookie", "session"),
        ("response:status", "status", ""),
        ("response:body", "raw", ""),
    ],
)
def test_source_outside_the_document(expression, kind, name):
    """A prefix names the part of the response."""
    source = parse_source(expression)

    assert (kind, name, None) == (source.kind, source.name, source.path)
    assert expression == source.expression


@pytest.mark.parametrize("expression", ["users.0.id", "$.id", r"header\:x", "headers"])
def test_source_in_the_document(expression):
    """Everything else is a path into the body."""
    source = parse_source(expression)

    assert ("body", Path(expression)) == (source.kind, source.path)
    assert source == pickle.loads(pickle.dumps(source))


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "response:xyz",
            "10: there are 'response:status' and 'response:body'",
        ),
        (
            "header:",
            "8: a header has a name of letters, digits and '-'",
        ),
        (
            "cookie:a b",
            "8: a cookie has a name of letters, digits and '-'",
        ),
        (
            "Header:Location",
            "1: write 'header:', or for a key of the body 'Header\\:'",
        ),
    ],
)
def test_refused_source(expression, message):
    """A prefix without what belongs behind it is refused."""
    with pytest.raises(PathError) as caught:
        parse_source(expression)

    assert f"invalid path '{expression}' at character {message}" == str(caught.value)


def test_escaped_prefix_is_a_key():
    """A backslash makes a prefix part of a key."""
    assert parse_source(r"header\:x").path.get({"header:x": 1}) == 1
