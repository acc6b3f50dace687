"""Values that are not known yet."""

import copy
import pickle

import pytest

from apirun.template import Template, Unknown, UnknownValueError
from apirun.template.functions import FUNCTIONS

LATER = Unknown("(known later)")


@pytest.mark.parametrize(
    "action",
    [
        ".u",
        "$.u",
        ".m.u",
        ".u.x.y",
        "(.u).x",
        "upper .u",
        ".u | upper | lower",
        'eq .u "a"',
        "not .u",
        "and .u 1",
        "or .u 1",
        'default "x" .u',
        "add 1 .u",
        "toJson .m",
        "join .u .l",
        'join "," .l',
        "list .u",
        "print .u",
        'printf "%s" .u',
        'printf "%d" .u',
        "index .l 0",
        "index .u 0",
        "len .u",
        "b64enc .u",
    ],
)
def test_label_comes_through(action):
    """
    What depends on the value prints its label.
    """
    data = {"u": LATER, "m": {"u": LATER}, "l": [LATER]}

    assert "<(known later)>" == Template(f"<{{{{{action}}}}}>").render(data)


def test_label_stands_in_printed_text():
    """
    Printing shows the label in place.
    """
    template = Template('{{printf "%s-%5d" .u .u}} {{print "a" .u}} {{.l}}')

    assert (
        "(known later)-(known later) a(known later) [(known later)]"
        == template.render({"u": LATER, "l": [LATER]})
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{if .u}}{{end}}",
        "{{with .u}}{{end}}",
        "{{range .u}}{{end}}",
        '{{if eq .u "a"}}{{end}}',
        "{{if and 1 .u}}{{end}}",
    ],
)
def test_decision_over_it_is_an_error(text):
    """
    A decision that needs the value can't be made, and the error has the label.
    """
    with pytest.raises(UnknownValueError) as caught:
        Template(text).render({"u": LATER})

    assert "(known later)" == caught.value.label


def test_every_function_accepts_it():
    """
    No function takes it for a value of its own.
    """
    for name, function in FUNCTIONS.items():
        count = max(len(function.arity.fixed), 1)
        if function.arity.fixed or function.arity.rest:
            text = f"{{{{{name}{' .u' * count}}}}}"
            assert "(known later)" in Template(text).render({"u": LATER})


def test_it_is_a_value():
    """
    Two with the same label are equal, also after pickle and copy.
    """
    assert LATER == Unknown("(known later)") == copy.copy(LATER)
    assert LATER == pickle.loads(pickle.dumps(LATER))
    assert LATER != Unknown("x")
    assert 1 == len({LATER, Unknown("(known later)")})
    assert ("(known later)", "Unknown('(known later)')") == (str(LATER), repr(LATER))
