"""Printing: facts about Go's ``fmt``, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.template import Template
from apirun.template.errors import LimitError
from apirun.template.floats import format_float
from apirun.template.printing import sprintf
from apirun.template.text import quote, unquote
from apirun.template.values import Uint8

LIMIT = 1_000_000


@pytest.mark.parametrize(
    ("layout", "args", "output"),
    [
        ("%d|%5d|%-5d|%05d|%+d|% d", [1, 2, 3, 4, 5, 6], "1|    2|3    |00004|+5| 6"),
        (
            "%d|%05d|%x|%X|%#x|%#o",
            [-7, -7, -255, 255, 255, 8],
            "-7|-0007|-ff|FF|0xff|010",
        ),
        (
            "%b|%o|%O|%#b|%c|%q|%U|%#U",
            [5, 8, 8, 5, 65, 65, 9731, 9731],
            "101|10|0o10|0b101|A|'A'|U+2603|U+2603 '☃'",
        ),
        ("%.3d|%8.3d|%08.3d|%.0d|", [7, 7, 7, 0], "007|     007|     007||"),
        (
            "%s|%8s|%-8s|%.2s|%q|%x|%X|% x|%#x",
            ["héy"] * 9,
            'héy|     héy|héy     |hé|"héy"|68c3a979|68C3A979|68 c3 a9 79|0x68c3a979',
        ),
        ("%+q|%#q|%#q", ["é", "a", "`"], '"\\u00e9"|`a`|"`"'),
        (
            "%f|%.2f|%8.3f|%-8.1f|%08.2f|%+.1f|% .1f",
            [1.5, 2.345, 2.5, 2.5, -2.5, 1.0, 1.0],
            "1.500000|2.35|   2.500|2.5     |-0002.50|+1.0| 1.0",
        ),
        (
            "%e|%E|%g|%G|%.3g|%g|%g",
            [1500.0, 1500.0, 1e-7, 1e21, 1234.5678, 100000.0, 1000000.0],
            "1.500000e+03|1.500000E+03|1e-07|1E+21|1.23e+03|100000|1e+06",
        ),
        (
            "%#g|%#.3g|%x|%.2x|%b",
            [1.0, 1.0, 1.5, 1.999, 1.0],
            "1.00000|1.00|0x1.8p+00|0x1.00p+01|4503599627370496p-52",
        ),
        (
            "%v|%6.2f|%6v|%v|%v",
            [2.5, float("inf"), float("nan"), float("-inf"), -0.0],
            "2.5|  +Inf|   NaN|-Inf|-0",
        ),
        ("%t|%v|%5t|%q", [True, False, True, True], "true|false| true|%!q(bool=true)"),
        (
            "%v|%d|%s|%5v",
            [[1, "a", None], [1, 2], ["a", "b"], [1, 2]],
            "[1 a <nil>]|[1 2]|[a b]|[    1     2]",
        ),
        (
            "%v|%+v|%d",
            [{"b": 1, "a": None}, {"a": 1}, {"a": 1}],
            "map[a:<nil> b:1]|map[a:1]|map[%!d(string=a):1]",
        ),
        (
            "%#v|%#v|%#v|%#v",
            ["a", [1, None], {"a": True}, Uint8(7)],
            (
                '"a"|[]interface {}{1, interface {}(nil)}|map[string]interface '
                '{}{"a":true}|0x7'
            ),
        ),
        (
            "%T %T %T %T %T %T",
            [1, "a", 1.5, [], {}, None],
            "int string float64 []interface {} map[string]interface {} <nil>",
        ),
        ("%d|%s|%v|%z", ["a", 1, None, 1], "%!d(string=a)|%!s(int=1)|<nil>|%!z(int=1)"),
        ("%d %d|%s", [1], "1 %!d(MISSING)|%!s(MISSING)"),
        ("%d", [1, "a", None], "1%!(EXTRA string=a, <nil>)"),
        ("%d", [None], "%!d(<nil>)"),
        ("%[2]d %[1]d|%[3]d|%[x]d", [1, 2], "2 1|%!d(BADINDEX)|%!d(BADINDEX)"),
        ("%[2]*[1]d|%-*d|", [1, 3], "  1|%!d(MISSING)|"),
        ("%*d|%-*d|%.*f|%*d", [4, 1, 4, 2, 1, 2.55, -3, 7], "   1|2   |2.5|7  "),
        ("%*d|%.*f", ["a", 1, -1, 2.5], "%!(BADWIDTH)1|%!(BADPREC)2.500000"),
        ("100%%|%", [], "100%|%!(NOVERB)"),
        ("%!|%", [], "%!!(MISSING)|%!(NOVERB)"),
        ("%99999999d", [1], "%!(NOVERB)%!(EXTRA int=1)"),
        ("%05s|%-05d|", ["ab", 3], "000ab|3    |"),
    ],
)
def test_printf(layout, args, output):
    """
    Every verb and flag prints what Go prints.
    """
    assert output == sprintf(layout, args, LIMIT)


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ('{{print 1 2 "a" "b" 3 4}}', "1 2ab3 4"),
        ("{{print nil nil}}", "<nil> <nil>"),
        ('{{println 1 "a" "b"}}', "1 a b\n"),
        (
            '{{html "<a href=\'x\'>&\\"\\x00"}}',
            "&lt;a href=&#39;x&#39;&gt;&amp;&#34;\ufffd",
        ),
        (
            '{{js "<\'\\"=&>\\\\\\n\\u200bé"}}',
            "\\u003C\\'\\\"\\u003D\\u0026\\u003E\\\\\\u000A\\u200Bé",
        ),
        ('{{urlquery "a b/é?&=~"}}', "a+b%2F%C3%A9%3F%26%3D~"),
    ],
)
def test_print_functions(text, output):
    """
    The printing functions write what Go's write.
    """
    assert output == Template(text).render({})


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from("gef"))
def test_shortest_float_reads_back_as_itself(value, verb):
    """
    The shortest text of a float stands for just that float.
    """
    assert value == float(format_float(value, verb))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_hexadecimal_float_reads_back_as_itself(value):
    """
    A float in hexadecimal keeps all its bits.
    """
    assert value == float.fromhex(format_float(value, "x"))


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 30),
    st.sampled_from("gef"),
)
def test_float_with_precision_is_cs(value, precision, verb):
    """
    With a precision, Go and C write floats alike.
    """
    assert f"%.{precision}{verb}" % value == sprintf(
        f"%.{precision}{verb}", [value], LIMIT
    )


@given(
    st.integers(), st.integers(0, 30), st.sampled_from(["", "-", "+", " ", "0", "-+"])
)
def test_integer_with_width_is_pythons(value, width, flags):
    """
    Widths and signs of integers are those of C.
    """
    layout = f"%{flags}{width or ''}d"

    assert layout % value == sprintf(layout, [value], LIMIT)


@given(st.text())
def test_quoted_text_reads_back_as_itself(text):
    """
    What ``%q`` writes is a literal for the same text.
    """
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert text == unquote(quote(text))
        assert text == Template("{{" + quote(text, ascii_only=True) + "}}").render({})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3), st.lists
    )
)
def test_limit_holds(value):
    """
    A text is never longer than its limit.
    """
    whole = sprintf("%v", [value], LIMIT)

    assert whole == sprintf("%v", [value], len(whole))
    if whole and value is not None:
        with pytest.raises(LimitError):
            sprintf("%v", [value], len(whole) - 1)
