"""Rendering: what Go does, and that nothing but template errors comes out."""

import copy
import pickle
from contextlib import suppress

import pytest
from hypothesis import given

from apirun.template import (
    MissingKeyError,
    Template,
    TemplateError,
    TemplateExecutionError,
    TemplateSyntaxError,
    UnknownValueError,
    compile_template,
)

from .fragments import DATA, template_texts


@given(template_texts())
def test_rendering_raises_nothing_but_template_errors(text):
    """
    Whatever a template does, it ends in a text or in a template's error.
    """
    with suppress(TemplateError):
        assert isinstance(Template(text).render(DATA), str)


@given(template_texts().filter(lambda text: "now" not in text and "uuid" not in text))
def test_rendering_is_deterministic(text):
    """
    The same template with the same data always comes to the same.
    """
    assert _outcome(Template(text)) == _outcome(Template(text))


def _outcome(template):
    try:
        return template.render(DATA)
    except TemplateError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("{{.a.b.c}} {{$.a.b.c}}", "1 1"),
        ("{{with .a}}{{with .b}}{{.c}}{{$.s}}{{end}}{{end}}", "1t"),
        ("{{with $x := .s}}{{$x}}{{end}}", "t"),
        ("{{with .no}}a{{else with .s}}{{.}}{{else}}c{{end}}", "t"),
        ("{{if .no}}a{{else if .s}}b{{else}}c{{end}}", "b"),
        ("{{range $i, $e := .l}}{{$i}}{{$e}},{{end}}", "0x,1y,2z,"),
        ("{{range $k, $v := .m}}{{$k}}={{$v}};{{end}}", "a=1;b=2;"),
        ("{{range $i := .three}}{{$i}}{{end}}{{range 2}}{{.}}{{end}}", "01201"),
        ("{{range .zero}}x{{else}}none{{end}}", "none"),
        ('{{range .l}}{{if eq . "y"}}{{continue}}{{end}}{{.}}{{end}}', "xz"),
        ("{{range .l}}{{range $.l}}{{break}}{{end}}{{.}}{{end}}", "xyz"),
        ("{{$x := 1}}{{range .l}}{{$x = .}}{{end}}{{$x}}", "z"),
        ("{{$x := 1}}{{range $x = .l}}{{end}}{{$x}}", "z"),
        ("{{$i := 0}}{{$e := 0}}{{range $i, $e = .l}}{{end}}{{$i}}{{$e}}", "2z"),
        ("{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1"),
        ("{{($y := 3)}}{{$y}}", "33"),
        ("{{$ := 5}}{{$}}", "5"),
        ('{{define "t"}}{{$.c}}{{end}}{{template "t" .a.b}}', "1"),
        ('{{define "t"}}[{{.}}]{{end}}{{template "t"}}', "[<no value>]"),
        ('{{block "b" .a.b}}{{.c}}{{end}}', "1"),
        ("{{and 0 .missing}}{{or 1 .missing}}", "01"),
        ('{{if and .s (eq .s "t")}}y{{end}}', "y"),
        ("{{not .no}} {{len .l}} {{len .m}} {{len .u}}", "true 3 2 3"),
        ('{{index .l 1}} {{index .m "a"}} {{index .u 1}}', "y 1 169"),
        ("{{slice .l 1 2}} {{slice .u 0 2}}{{slice .l}}", "[y] é[x y z]"),
        ("{{slice .u 0 1}}{{slice .u 1 2}}", "é"),
        ("{{slice .u 0 1}}", "\ufffd"),
        ('{{eq 1 2 1}} {{ne 1 2}} {{lt 1 2}} {{ge "b" "a"}}', "true true true true"),
        ("{{eq .no nil}} {{eq .no .no}} {{eq .s nil}}", "true true false"),
        ("{{eq (index .u 0) 195}}", "true"),
        ("{{print .no}}{{.no}}{{html .no}}", "<nil><no value>&lt;no value&gt;"),
        ("{{.f}} {{.big}} {{.t}}", "1e+06 12345678901 true"),
        ("{{.d}} {{.m}} {{.l}}", "[map[k:[<nil>]]] map[a:1 b:2] [x y z]"),
        ("{{(index .d 0).k}}", "[<nil>]"),
        ("{{(.a).b.c}}", "1"),
        ("{{1 | print 2 | print 3}}", "32 1"),
    ],
)
def test_output(text, output):
    """
    Actions do what they do in Go.
    """
    data = {
        "a": {"b": {"c": "1"}},
        "s": "t",
        "no": None,
        "l": ["x", "y", "z"],
        "m": {"b": "2", "a": "1"},
        "three": 3,
        "zero": 0,
        "u": "é!",
        "f": 1e6,
        "big": 12345678901,
        "t": True,
        "d": ({"k": (None,)},),
    }

    assert output == Template(text).render(data)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{{.nil.x}}", "1:6 <.nil.x>: nil pointer evaluating interface {}.x"),
        ("{{(.nil).x}}", '1:3 <.nil>: nil data; no entry for key "x"'),
        ("{{(index .list 0).x}}", "1:15 <0>: can't evaluate field x in type string"),
        (
            "{{with .s}}{{.x}}{{end}}",
            "1:13 <.x>: can't evaluate field x in type string",
        ),
        (
            "{{range .list}}{{.x}}{{end}}",
            "1:17 <.x>: can't evaluate field x in type interface {}",
        ),
        (
            '{{define "t"}}{{.x}}{{end}}{{template "t"}}',
            '1:16 <.x>: nil data; no entry for key "x"',
        ),
        ("{{len .nil}}", "1:2 <len .nil>: error calling len: len of nil pointer"),
        (
            "{{len nil}}",
            (
                "1:2 <len nil>: error calling len: reflect: call of "
                "reflect.Value.Type on zero Value"
            ),
        ),
        ("{{len 3}}", "1:2 <len 3>: error calling len: len of type int"),
        (
            "{{index .nil 1}}",
            "1:2 <index .nil 1>: error calling index: index of untyped nil",
        ),
        (
            "{{index .list nil}}",
            (
                "1:2 <index .list nil>: error calling index: cannot index "
                "slice/array with nil"
            ),
        ),
        (
            "{{index .list 4}}",
            (
                "1:2 <index .list 4>: error calling index: reflect: slice "
                "index out of range"
            ),
        ),
        (
            "{{index .map nil}}",
            (
                "1:2 <index .map nil>: error calling index: value is nil; "
                "should be of type string"
            ),
        ),
        (
            "{{index 1 1}}",
            "1:2 <index 1 1>: error calling index: can't index item of type int",
        ),
        (
            '{{index .map "no" "x"}}',
            '1:2 <index .map "no" "x">: error calling index: index of nil pointer',
        ),
        (
            "{{slice .list 2 1}}",
            "1:2 <slice .list 2 1>: error calling slice: invalid slice index: 2 > 1",
        ),
        (
            "{{slice .s 1 2 3}}",
            "1:2 <slice .s 1 2 3>: error calling slice: cannot 3-index slice a string",
        ),
        (
            "{{slice .list .n}}",
            (
                "1:2 <slice .list .n>: error calling slice: cannot index "
                "slice/array with type interface {}"
            ),
        ),
        ("{{eq 1}}", "1:2 <eq 1>: error calling eq: missing argument for comparison"),
        (
            "{{eq .list .list}}",
            (
                "1:2 <eq .list .list>: error calling eq: non-comparable type "
                "[a %!s(int=1) <nil> [%!s(float64=2.5)]]: []interface {}"
            ),
        ),
        ("{{printf 3}}", "1:9 <3>: expected string; found 3"),
        ("{{printf .n}}", "1:9 <.n>: wrong type for value; expected string; got int"),
        (
            "{{.n | printf}}",
            "1:7 <printf>: wrong type for value; expected string; got int",
        ),
        (
            "{{printf .nil}}",
            "1:9 <.nil>: wrong type for value; expected string; got interface {}",
        ),
        ("{{.nil | printf}}", "1:9 <printf>: invalid value; expected string"),
        ("{{printf nil}}", "1:9 <nil>: cannot assign nil to string"),
        (
            "{{printf}}",
            "1:2 <printf>: wrong number of args for printf: want at least 1 got 0",
        ),
        (
            '{{get 3 "a"}}',
            "1:6 <3>: can't handle 3 for arg of type map[string]interface {}",
        ),
        ("{{trunc 2.5 .s}}", "1:8 <2.5>: expected integer; found 2.5"),
        ("{{1 2}}", "1:2 <1>: can't give argument to non-function 1"),
        ("{{(1) 2}}", "1:2 <(1) 2>: can't give argument to non-function 1"),
        ("{{$ 1}}", "1:2 <$>: can't give argument to non-function $"),
        ("{{. 1}}", "1:2 <.>: can't give argument to non-function ."),
        ("{{.map.k 1}}", "1:6 <.map.k>: k is not a method but has arguments"),
        ("{{.s.x 1}}", "1:4 <.s.x>: can't evaluate field x in type interface {}"),
        ("{{nil}}", "1:2 <nil>: nil is not a command"),
        ("{{$x = 1}}", "1:7 <1>: undefined variable: $x"),
        (
            "{{if .nil}}{{$x := 1}}{{else}}{{$x}}{{end}}",
            "1:32 <$x>: undefined variable: $x",
        ),
        (
            "{{18446744073709551615}}",
            "1:2 <18446744073709551615>: 18446744073709551615 overflows int",
        ),
        ("{{range .f}}{{end}}", "1:8 <.f>: range can't iterate over 2.5"),
        (
            "{{range $i, $e := 3}}{{end}}",
            "1:18 <3>: can't use 3 to iterate over more than one variable",
        ),
        ('{{template "no"}}', '1:11 <{{template "no"}}>: template "no" not defined'),
        ("{{call nil}}", "1:2 <call nil>: error calling call: call of nil"),
        (
            "{{.s | call}}",
            "1:7 <call>: error calling call: non-function text é of type string",
        ),
        ("é{{.x}}", '1:4 <.x>: map has no entry for key "x"'),
    ],
)
def test_error(text, error):
    """
    What can't be rendered is refused in Go's words.
    """
    with pytest.raises(TemplateExecutionError) as caught:
        Template(text).render(DATA)

    place, _, reason = error.partition(" ")
    name = "t" if "define" in text else "gotmpl"
    assert f'template: gotmpl:{place}: executing "{name}" at {reason}' == str(
        caught.value
    )


def test_missing_key_tells_key_path_and_place():
    """
    A missing key carries its name, its path, and line and column for a caret.
    """
    with pytest.raises(MissingKeyError) as caught:
        Template("a\né {{.map.l2.x}}").render(DATA)

    error = caught.value
    assert ("l2", ("map", "l2"), 2, 9) == (
        error.key,
        error.path,
        error.line,
        error.column,
    )


@pytest.mark.parametrize(
    "error",
    [
        TemplateError("m", "n", 1, 2),
        TemplateSyntaxError("m", "n", 1),
        TemplateExecutionError("m"),
        MissingKeyError("m", "n", 1, 2, "k", ("a", "k")),
        UnknownValueError("m", "n", 1, 2, "label"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize(
    "through",
    [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy],
)
def test_errors_survive_pickle_and_copy(error, through):
    """
    Nothing of an error is lost on its way between processes.
    """
    twin = through(error)

    assert (type(error), str(error), vars(error)) == (type(twin), str(twin), vars(twin))


def test_further_functions_are_checked_like_gos():
    """
    Functions handed over take what their annotations say.
    """

    def success(stage: str) -> bool:
        if stage == "?":
            raise ValueError("no such stage")
        return stage == "a"

    template = Template(
        '{{success "a"}} {{success .x}}', functions={"success": success}
    )

    assert "true false" == template.render({"x": "b"})
    for text, reason in (
        ("{{success}}", "<success>: wrong number of args for success: want 1 got 0"),
        ("{{success 3}}", "<3>: expected string; found 3"),
        ('{{success "?"}}', '<success "?">: error calling success: no such stage'),
    ):
        with pytest.raises(TemplateExecutionError) as caught:
            Template(text, functions={"success": success}).render({})
        assert str(caught.value).endswith(reason)


def test_data_is_read_only_where_asked():
    """
    Of a mapping, just the entries are read that the template names.
    """
    read = []

    class Lazy(dict):
        def __getitem__(self, key):
            read.append(key)
            return super().__getitem__(key)

    data = Lazy(a=Lazy(b="1"), c="2", d="3")

    assert "1 2" == Template("{{.a.b}} {{if .c}}{{.c}}{{end}}").render(data)
    assert ["a", "b", "c", "c"] == read


def test_errors_of_the_data_are_passed_on():
    """
    What reading the data raises reaches the caller as it is.
    """

    class Broken(dict):
        def __missing__(self, key):
            raise PermissionError(key)

    for text in ("{{.a}}", "{{if .a}}{{end}}"):
        with pytest.raises(PermissionError):
            Template(text).render(Broken())


def test_compile_template_keeps_templates():
    """
    The same text gives the same template, unless it is long.
    """
    assert compile_template("{{.a}}") is compile_template("{{.a}}")
    assert compile_template("x" * 20_000) is not compile_template("x" * 20_000)


def test_template_shows_its_text():
    """
    A template knows its text and its name.
    """
    template = Template("{{.a}}", name="n")

    assert ("{{.a}}", "n", "Template('{{.a}}')") == (
        template.text,
        template.name,
        repr(template),
    )
