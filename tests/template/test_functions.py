"""The functions of Sprig, and those of Go."""

import base64
import hashlib
import json
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.template import Template, TemplateExecutionError
from apirun.template.functions import FUNCTIONS

GO = (
    "and call eq ge gt html index js le len lt ne not or print printf println slice "
    "urlquery"
)
SPRIG = (
    "default coalesce ternary empty required upper lower title trim trimPrefix "
    "trimSuffix replace contains hasPrefix hasSuffix split splitList join trunc repeat "
    "quote squote indent nindent toJson toPrettyJson fromJson b64enc b64dec sha256sum "
    "add sub mul div mod max min int toString list dict get hasKey keys first last "
    "uniq uuidv4 now date regexMatch regexReplaceAll"
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


def render(text, **data):
    """Return *text* rendered."""
    return Template(text).render(data)


def test_no_function_more_and_none_less():
    """
    Just the functions that are promised exist.
    """
    assert sorted(f"{GO} {SPRIG}".split()) == sorted(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "output"),
    [
        (
            '{{default "d" .no}}{{default "d" ""}}{{default 5 0}}{{"g" | default "d"}}',
            "dd5g",
        ),
        ('{{coalesce nil "" 0 "x" "y"}}{{coalesce ""}}', "x<no value>"),
        (
            (
                '{{ternary "a" "b" true}}{{.yes | ternary "a" "b"}}{{ternary "a" "b" '
                "false}}"
            ),
            "aab",
        ),
        (
            '{{empty ""}} {{empty .no}} {{empty .l}} {{empty (list)}} {{empty 0.0}}',
            "true true false true true",
        ),
        ('{{required "m" "x"}}{{required "m" 0}}', "x0"),
        ('{{upper "aßé"}}{{lower "AÉ"}}', "AßÉaé"),
        (
            '{{title "hello wORLD foo-bar\'s éa b_c 1a"}}',
            "Hello WORLD Foo-Bar'S Éa B_c 1a",
        ),
        ('[{{trim " \\t\\u00a0x\\n"}}]', "[x]"),
        (
            (
                '{{trimPrefix "a" "aab"}}{{trimPrefix "x" "b"}}{{trimSuffix "b" '
                '"abb"}}{{trimSuffix "" "c"}}'
            ),
            "abbabc",
        ),
        ('{{replace "a" "bb" "banana"}} {{replace "" "-" "ab"}}', "bbbnbbnbb -a-b-"),
        (
            '{{contains "an" "banana"}}{{hasPrefix "b" "ba"}}{{hasSuffix "b" "ba"}}',
            "truetruefalse",
        ),
        (
            '{{$s := split "," "a,b"}}{{$s._0}}{{$s._1}}{{len $s}}{{printf "%T" $s}}',
            "ab2map[string]string",
        ),
        (
            '{{splitList "," "a,b"}}{{splitList "" "é!"}}{{splitList "," ""}}',
            "[a b][é !][]",
        ),
        (
            (
                '{{join "-" .l}}{{join "-" (splitList "," "a,b")}}{{join "-" '
                '3}}{{join "-" (list 1 nil true)}}{{join "-" nil}}'
            ),
            "1-xa-b31-true",
        ),
        (
            (
                '{{trunc 2 "abc"}} {{trunc -2 "abc"}} {{trunc 9 "abc"}} {{trunc -9 '
                '"abc"}} {{trunc 2 "éa"}}'
            ),
            "ab bc abc abc é",
        ),
        ('{{repeat 3 "ab"}}{{repeat 0 "x"}}', "ababab"),
        ('{{quote "a\\"b" nil 3}} {{squote "a" 3}}', '"a\\"b" "3" \'a\' \'3\''),
        ('{{indent 2 "a\\nb"}}{{nindent 2 "c"}}', "  a\n  b\n  c"),
        (
            (
                '{{toJson .m}} {{toJson "<&>\\u2028"}} {{toJson (list 1 2.5 1e21 1e-7 '
                "100.0 nil true)}}"
            ),
            '{"a":[1],"b":"x"} "<&>\\u2028" [1,2.5,1e+21,1e-7,100,null,true]',
        ),
        (
            "{{toPrettyJson .m}}{{toPrettyJson (list)}}",
            '{\n  "a": [\n    1\n  ],\n  "b": "x"\n}[]',
        ),
        (
            (
                '{{(fromJson "{\\"a\\":[1,\\"b\\"]}").a}} {{fromJson "12345678"}} '
                '{{fromJson "null"}}'
            ),
            "[1 b] 1.2345678e+07 <no value>",
        ),
        ('{{b64enc "hé"}} {{b64dec "aMOp"}} {{"x" | b64enc | b64dec}}', "aMOp hé x"),
        ('{{sha256sum ""}}', hashlib.sha256(b"").hexdigest()),
        ('{{add}} {{add 1 2 "3"}} {{add "0x10" "1.0" 2.9 true nil "x"}}', "0 6 20"),
        (
            (
                "{{sub 5 7}} {{mul 3 4 2}} {{div 7 2}} {{div -7 2}} {{mod 7 2}} {{mod "
                "-7 2}}"
            ),
            "-2 24 3 -3 1 -1",
        ),
        (
            "{{add 9223372036854775807 1}} {{mul 4611686018427387904 2}}",
            "-9223372036854775808 -9223372036854775808",
        ),
        (
            (
                '{{max 1 "5" 3}} {{min 4 2}} {{max -1}} {{int "42"}} {{int "x"}} '
                "{{int 3.9}} {{int -3.9}}"
            ),
            "5 2 -1 42 0 3 -3",
        ),
        (
            (
                '{{printf "%T %T" (add 1) (int 1)}} {{eq (add 1 1) 2}} {{index .l '
                "(sub 1 1)}}"
            ),
            "int64 int true 1",
        ),
        ('{{toString 3}}{{toString .l}}{{printf "%T" (toString 3)}}', "3[1 x]string"),
        (
            '{{list}} {{list 1 "a" nil}} {{dict "a" 1 2 "b" "odd"}}',
            "[] [1 a <nil>] map[2:b a:1 odd:]",
        ),
        (
            (
                '{{get .m "b"}}[{{get .m "no"}}]{{hasKey .m "a"}}{{hasKey .m '
                '"no"}}{{keys .m (dict "z" 1)}}'
            ),
            "x[]truefalse[a b z]",
        ),
        ("{{first .l}}{{last .l}}{{first (list)}}", "1x<no value>"),
        ('{{uniq (list 1 "1" 1 1.0 (list 1) (list 1) nil nil)}}', "[1 1 1 [1] <nil>]"),
        ('{{regexMatch "^a+$" "aaa"}} {{regexMatch "b" "aaa"}}', "true false"),
        (
            (
                '{{regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"}} {{regexReplaceAll '
                '"a(x*)b" "-ab-axxb-" "$1W"}}'
            ),
            "-W-xxW- ---",
        ),
        (
            (
                '{{regexReplaceAll "(?P<x>a)" "banana" "<$x$$>"}} {{regexReplaceAll '
                '"x*" "abc" "-"}}'
            ),
            "b<a$>n<a$>n<a$> -a-b-c-",
        ),
        ('{{date "2006-01-02" 0 | len}}{{date "Jan" now | len}}', "103"),
    ],
)
def test_function(text, output):
    """
    Every function does what Sprig's does.
    """
    assert output == render(text, no=None, yes=True, l=[1, "x"], m={"b": "x", "a": [1]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{{required "need it" ""}}', "error calling required: need it"),
        ("{{upper 3}}", "expected string; found 3"),
        ("{{.n | upper}}", "wrong type for value; expected string; got int"),
        ("{{upper .no}}", "wrong type for value; expected string; got interface {}"),
        ('{{ternary 1 2 "true"}}', 'expected bool; found "true"'),
        ('{{trunc (add 1) "x"}}', "wrong type for value; expected int; got int64"),
        ('{{repeat -1 "x"}}', "error calling repeat: strings: negative Repeat count"),
        ("{{div 1 0}}", "error calling div: runtime error: integer divide by zero"),
        ("{{mod 1 0}}", "error calling mod: runtime error: integer divide by zero"),
        ('{{first "abc"}}', "error calling first: Cannot find first on type string"),
        ("{{uniq (dict)}}", "error calling uniq: Cannot find uniq on type map"),
        (
            "{{last nil}}",
            (
                "error calling last: runtime error: invalid memory address or nil "
                "pointer dereference"
            ),
        ),
        (
            '{{b64dec "a!"}}',
            "error calling b64dec: illegal base64 data at input byte 1",
        ),
        (
            '{{b64dec "abc"}}',
            "error calling b64dec: illegal base64 data at input byte 3",
        ),
        (
            '{{fromJson "[NaN]"}}',
            "error calling fromJson: invalid JSON: NaN is no JSON",
        ),
        (
            '{{get .n "a"}}',
            "wrong type for value; expected map[string]interface {}; got int",
        ),
        (
            '{{hasKey (split "," "a") "_0"}}',
            (
                "wrong type for value; expected map[string]interface {}; got "
                "map[string]string"
            ),
        ),
        (
            '{{date "2006" "1"}}',
            "error calling date: can't use string as a time: use now or seconds",
        ),
        (
            '{{regexMatch "(a" ""}}',
            "error calling regexMatch: error parsing regexp: missing closing ): `(a`",
        ),
        (
            '{{regexReplaceAll "\\\\1" "" ""}}',
            (
                "error calling regexReplaceAll: error parsing regexp: invalid escape "
                "sequence: `\\1`"
            ),
        ),
        ("{{toJson .inf}}", "error calling toJson: json: unsupported value: +Inf"),
        ("{{now 1}}", "wrong number of args for now: want 0 got 1"),
    ],
)
def test_function_refuses(text, reason):
    """
    What a function refuses is an error in Go's words.
    """
    with pytest.raises(TemplateExecutionError) as caught:
        render(text, n=3, no=None, inf=float("inf"))

    assert str(caught.value).endswith(f">: {reason}")


@given(JSON)
def test_json_there_and_back(value):
    """
    What ``toJson`` writes is JSON for the value, and ``fromJson`` reads it back.
    """
    written = render("{{toJson .v}}", v=value)

    assert value == json.loads(written, parse_int=float)
    assert written == render("{{.v | toJson | fromJson | toJson}}", v=value)
    pretty = render("{{toPrettyJson .v}}", v=value)
    assert value == json.loads(pretty, parse_int=float)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_text_functions_keep_text(text):
    """
    Encodings are those of Python's library, and parting undoes joining.
    """
    data = text.encode()

    assert base64.b64encode(data).decode() == render("{{b64enc .t}}", t=text)
    assert text == render("{{.t | b64enc | b64dec}}", t=text)
    assert hashlib.sha256(data).hexdigest() == render("{{sha256sum .t}}", t=text)
    assert text == render('{{splitList "a" .t | join "a"}}', t=text)
    assert str(len(data)) == render("{{len .t}}", t=text)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_division_and_remainder_fit_together(left, right):
    """
    Quotient times divisor plus remainder is the dividend, in 64 bits.
    """
    text = "{{add (mul (div .l .r) .r) (mod .l .r)}}"
    if right:
        assert str(left) == render(text, l=left, r=right)


def test_uuid_is_random_and_well_formed():
    """
    Every call gives another version 4 UUID.
    """
    first, second = render("{{uuidv4}} {{uuidv4}}").split()

    assert first != second
    assert uuid.UUID(first).version == 4


def test_now_prints_like_go():
    """
    A moment prints as Go prints a time.
    """
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \S+", render("{{now}}")
    )
