"""The GJSON dialect: what its documentation promises, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.capture import MISSING, Path, PathError, escape_key
from tests.capture.strategies import documents, path_texts, scalars

FAMILY = {
    "name": {"first": "Tom", "last": "Anderson"},
    "age": 37,
    "children": ["Sara", "Alex", "Jack"],
    "fav.movie": "Deer Hunter",
    "friends": [
        {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},
        {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},
        {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]},
    ],
    "@type": "family",
    "counts": {"#": 7},
    "": "nameless",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("name.last", "Anderson"),
        ("child*.2", "Jack"),
        ("c?ildren.0", "Sara"),
        (r"fav\.movie", "Deer Hunter"),
        ("friends.#", 3),
        ("friends.#.age", [44, 68, 47]),
        ('friends.#(last=="Murphy").first', "Dale"),
        ('friends.#(last=="Murphy")#.first', ["Dale", "Jane"]),
        ("friends.#(age>45)#.last", ["Craig", "Murphy"]),
        ('friends.#(first%"D*").last', "Murphy"),
        ('friends.#(first!%"D*").last', "Craig"),
        ('friends.#[last="Craig"].first', "Roger"),
        ('children.#(!%"*a*")', "Alex"),
        ('children.#(%"*a*")#', ["Sara", "Jack"]),
        ('friends.#(nets.#(=="fb"))#.first', ["Dale", "Roger"]),
        ("friends.#(nope)#", []),
        ("friends|0.first", "Dale"),
        ("friends.0|first", "Dale"),
        ("friends|#", 3),
        ('friends.#(last="Murphy")#|first', MISSING),
        ('friends.#(last="Murphy")#.0', []),
        ('friends.#(last="Murphy")#|0.first', "Dale"),
        ('friends.#(last="Murphy")#.#', []),
        ('friends.#(last="Murphy")#|#', 2),
        ("friends.#.nets.#", [3, 2, 2]),
        ("friends.#.nets|#", 3),
        ("friends.#.nets.@reverse.0", ["tw", "tw", "tw"]),
        ("friends.#.nets|@reverse|0", ["ig", "tw"]),
        ("@this.age", 37),
        ("age.@this", 37),
        ("[age,name.last,nope]", [37, "Anderson"]),
        ("friends.0.[first,age].1", 44),
        ("friends.#.{first,years:age}|1", {"first": "Roger", "years": 68}),
        (
            '{name.first,"old":friends.#(age>60)#.first}',
            {"first": "Tom", "old": ["Roger"]},
        ),
        (
            '{age,"company":!"Happy","on":!true}',
            {"age": 37, "company": "Happy", "on": True},
        ),
        ('!{"a":[1]}.a.0', 1),
        ("*.first", "Tom"),
        ("*.#(first==Jane).age", 47),
        ("*.#(first==Jane).nope", MISSING),
        ("@type", "family"),
        ("@this[0]", MISSING),
        ("@type.@this", "family"),
        ("counts.#", 7),
        ("name.", MISSING),
        ("@this.", "nameless"),
        ("children.01", "Alex"),
        ("children.1x", MISSING),
        (r"children.\1", MISSING),
        ("children.99999999999999999999", MISSING),
    ],
)
def test_documented_path(path, expected):
    """A path gives what GJSON's SYNTAX.md and its source say."""
    assert expected == Path(path).get(FAMILY)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("nope|@keys", []),
        ("name.nope.@values", []),
        ("name.nope|@tostr", ""),
        ("age.nope|@keys", MISSING),
        ("nope.nope|@keys", MISSING),
        ("nope|[age]", []),
        ("nope|!1", 1),
        ("friends.#(age>99)|@keys", []),
        ("friends.#(age>99).age|@keys", MISSING),
        ("friends.#(age>99)#.age|#", 0),
    ],
)
def test_pipe_behind_nothing(path, expected):
    """A pipe runs on nothing exactly where the walk came to the place before it."""
    assert expected == Path(path).get(FAMILY)


@pytest.mark.parametrize(
    ("path", "position", "reason"),
    [
        ("", 0, "it is empty; '@this' is the whole document"),
        ("a.#(b", 3, r"'(' is never closed; as part of a key write '\('"),
        ("[a", 0, r"'[' is never closed; as part of a key write '\['"),
        ("#(a}", 3, "'(' is closed by '}'"),
        ('#(a=="b)', 5, "the quote is never closed"),
        ("a.#(x==1)y", 9, "after a query comes '.' or '|'"),
        ("a.#()", 2, "the query is empty"),
        ("a.#(b!c)", 5, "'!' is no comparison: use '!=' or '!%'"),
        ("a.#(b=='x')", 7, "text is quoted with double quotes"),
        (
            "a.#(b==~x)",
            7,
            "'~x' is no kind of value: ~true, ~false, ~null, ~*",
        ),
        (r'a.#(b=="\d")', 8, r"not a JSON string: invalid \escape"),
        ("a\\", 1, r"nothing follows the backslash; for itself write '\\'"),
        ("..0", 0, "'..' reads JSON lines, but a response is one document"),
        (
            "a.@dig:b",
            2,
            "'@dig' is not supported: write it as JSONPath, like '$..name'",
        ),
        ("@this:x", 6, "'@this' takes no argument here"),
        ("@flatten:[1]", 9, "'@flatten' takes only {\"deep\":true}"),
        ('@join:{"preserve":true}', 6, "an object can't hold a key twice"),
        ("[a]b", 3, "here comes '.' or '|'"),
        ("!x", 0, r"after '!' comes a JSON value; as part of a key write '\!'"),
        ("!NaN", 0, r"after '!' comes a JSON value; as part of a key write '\!'"),
        ("{a, b}", 3, r"remove the space; in a key write '\ '"),
        ("[a:b]", 2, r"a list has no names; as part of a key write '\:'"),
        ("{:b}", 1, "a name is missing"),
        ("[a,]", 3, "a path is missing"),
        ("#(" * 40, 65, "more than 32 brackets are open"),
        (".".join("a" * 200), 254, "it has too many parts"),
        ("|".join(["[@this,@this]"] * 12), 28, None),
        ("a" * 4097, 4096, "it is longer than 4096 characters"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_refused_path(path, position, reason):
    """What can't be meant as it is written is refused, with the place."""
    with pytest.raises(PathError) as caught:
        Path(path)

    assert path == caught.value.expression
    assert position == caught.value.position
    assert reason is None or reason == caught.value.reason


@pytest.mark.parametrize("joint", ["&&", "||"])
@pytest.mark.parametrize("form", ['#(a=="x" {} b=="y")', "#(a>1 {} b<2)", "#(a==x{}b)"])
def test_two_comparisons(form, joint):
    """Two comparisons in one query, which GJSON misreads, are refused."""
    with pytest.raises(PathError, match=r"for two write '#\(...\)#\|#\(...\)#'"):
        Path(form.format(joint))


@given(key=st.text(min_size=1), value=scalars)
def test_escaped_key(key, value):
    """Any key, escaped, finds its value, wherever a key may stand."""
    name = escape_key(key)
    document = {"list": [{key: value}], key: {key: value}}

    assert value == Path(f"{name}.{name}").get(document)
    assert value == Path(f"list.0.{name}").get(document)
    assert [value] == Path(f"list.#.{name}").get(document)
    assert [value] == Path(f"list.#({name})#.{name}").get(document)
    assert [value] == Path(f"list.0.[{name}]").get(document)


@given(path=path_texts, document=documents)
def test_no_path_surprises(path, document):
    """Compiling raises nothing but `PathError`, and evaluating nothing at all."""
    try:
        compiled = Path(path)
    except PathError as error:
        place = error.position
    else:
        assert repr(compiled.get(document))
        return
    assert place is None or 0 <= place <= len(path)


@given(path=path_texts, document=documents)
def test_paths_only_read(path, document):
    """No path changes the document."""
    before = repr(document)
    try:
        Path(path).get(document)
    except PathError:
        return
    assert before == repr(document)


def test_literal_is_not_shared():
    """A caller that changes a literal's value doesn't change the path."""
    path = Path('!{"a":[1]}')

    path.get(None)["a"].append(2)

    assert path.get(None) == {"a": [1]}


def test_first_match_wins_over_later_ones():
    """A wildcard takes the first member that leads on, not the first that fits."""
    document = {"x1": 1, "x2": {"no": 1}, "x3": {"id": 3}, "x4": {"id": 4}}

    assert Path("x*.id").get(document) == 3
    assert Path("x*").get(document) == 1
