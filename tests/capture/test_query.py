"""How an element of a list is compared."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.capture import Path, as_text, parse_document

KINDS = [True, False, None, 1, 0, "TRUE", "f", "x", [], {}]

SIGNS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("true", [0, 3, 5]),
        ("false", [1, 2, 4, 6, 10]),
        ("null", [2, 10]),
        ("*", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_kinds(kind, expected):
    """The tilde compares with a kind of value; what is missing counts as null."""
    items = [{"at": at, "x": item} for at, item in enumerate(KINDS)]
    items.append({"at": len(KINDS)})

    assert expected == Path(f"#(x==~{kind})#.at").get(items)
    others = [at for at in range(len(items)) if at not in expected]
    assert others == Path(f"#(x!=~{kind})#.at").get(items)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("==true", [True]),
        ("!=true", [False]),
        (">false", [True]),
        (">=false", [True]),
        ("<true", [False]),
        ("<=true", [False]),
        ('=="true"', [True]),
    ],
)
def test_booleans(query, expected):
    """False is less than true, and nothing else compares with either."""
    assert expected == Path(f"#({query})#").get([True, False, None, [], {}])


@given(
    left=st.integers(-(10**20), 10**20),
    right=st.integers(-(10**20), 10**20),
    sign=st.sampled_from(sorted(SIGNS)),
)
def test_integers_compare_exactly(left, right, sign):
    """Integers beyond what a 64-bit float tells apart are told apart."""
    fits = SIGNS[sign](left, right)

    assert ([left] if fits else []) == Path(f"#({sign}{right})#").get([left])


@given(
    left=st.floats(allow_nan=False, allow_infinity=False),
    right=st.floats(allow_nan=False, allow_infinity=False),
    sign=st.sampled_from(sorted(SIGNS)),
)
def test_floats_compare_as_numbers(left, right, sign):
    """Numbers compare by value, however they are written."""
    document = parse_document(f'[{{"x":{left!r}}}]')

    fits = SIGNS[sign](left, right)

    assert int(fits) == len(Path(f"#(x{sign}{right!r})#").get(document))


@given(text=st.text(), other=st.text(), sign=st.sampled_from(sorted(SIGNS)))
def test_strings_compare_as_text(text, other, sign):
    """A quoted right side may hold any character."""
    quoted = as_text([other])[1:-1]
    known = ("~true", "~false", "~null", "~*")

    fits = SIGNS[sign](text, other)

    if other not in known:
        assert ([text] if fits else []) == Path(f"#({sign}{quoted})#").get([text])


def test_number_against_text():
    """A right side that is no number counts as 0 for a number, as in GJSON."""
    assert Path("#(>abc)#").get([1, 0, -1]) == [1]
    assert Path("#(>1e0)#").get([1, 2]) == [2]
    assert Path("#(>inf)#").get([1, 2]) == []
    assert Path('#(%"*")#').get([1, True]) == []


def test_scalars_have_no_left_side():
    """A left side leaves out what is neither object nor list."""
    assert Path("#(a)#").get([1, "a", None, {"a": 1}, {"b": 1}]) == [{"a": 1}]
    assert Path("#(0)#").get([[5], [], 0]) == [[5]]
    assert Path("#(>2)#").get([{"": 3}, {"": 2}, {}, 1]) == [{"": 3}]
