"""Names and edges of multipaths."""

import pytest

from apirun.capture import Path

DOCUMENT = {"a": {"b": 1}, "c": [1, 2], "d.e": 3, "f:g": 4, "x,y": 5}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("{a.b,c}", {"b": 1, "c": [1, 2]}),
        ("{a.b,b:c.0}", {"b": 1}),
        ("{c.#,a|b}", {"_": 2, "b": 1}),
        (r"{d\.e}", {r"d\.e": 3}),
        (r"[f\:g,x\,y]", [4, 5]),
        ('{"n\\"1":a.b,n2:c}', {'n"1': 1, "n2": [1, 2]}),
        ("{n:[a.b,{m:c}]}", {"n": [1, {"m": [1, 2]}]}),
        ("[c.@reverse,@keys.0]", [[2, 1], "a"]),
        ('[c.@flatten:{"deep":true}]', [[1, 2]]),
        ('[@flatten:{"deep":true}.a.b]', [1]),
        ("{c.@reverse}", {"@reverse": [2, 1]}),
        ('{k:c.#(>1),l:c.#(>"1")#}', {"k": 2, "l": [2]}),
        ("{a.nope}", {}),
        ('[!"x",!1.50]', ["x", 1.5]),
        ("[a,c].1.0", 1),
        ("[a,c]|#", 2),
    ],
)
def test_multipath(path, expected):
    """A multipath names and orders its values as GJSON does."""
    assert expected == Path(path).get(DOCUMENT)
