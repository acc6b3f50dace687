"""Templates put together at random."""

from hypothesis import strategies as st

__all__ = ["DATA", "template_texts"]

DATA = {
    "s": "text é",
    "empty": "",
    "n": 3,
    "f": 2.5,
    "yes": True,
    "nil": None,
    "list": ["a", 1, None, [2.5]],
    "map": {"k": "v", "l": [1], "m": {}},
}
TERMS = [
    *[
        ".s",
        ".empty",
        ".n",
        ".f",
        ".yes",
        ".nil",
        ".list",
        ".map",
        ".map.k",
        ".missing",
        ".s.x",
        "$",
        "$.n",
        ".",
    ],
    *[
        "1",
        "-2",
        "2.5",
        "0",
        "'x'",
        "`b`",
        "true",
        "$x",
        "now",
        "uuidv4",
        "(.n)",
        "(.map).k",
    ],
    *['"a"', '""', '"%d%s"', "(index .list 0)", '(dict "a" 1)', "(list 1 .s)"],
]
CALLS = [
    "print",
    "printf",
    "println",
    "len",
    "index",
    "slice",
    "html",
    "js",
    "urlquery",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "not",
    "call",
    "default",
    "coalesce",
    "ternary",
    "empty",
    "required",
    "upper",
    "lower",
    "title",
    "trim",
    "trimPrefix",
    "trimSuffix",
    "replace",
    "contains",
    "hasPrefix",
    "hasSuffix",
    "split",
    "splitList",
    "join",
    "trunc",
    "repeat",
    "quote",
    "squote",
    "indent",
    "nindent",
    "toJson",
    "toPrettyJson",
    "fromJson",
    "b64enc",
    "b64dec",
    "sha256sum",
    "add",
    "sub",
    "mul",
    "div",
    "mod",
    "max",
    "min",
    "int",
    "toString",
    "list",
    "dict",
    "get",
    "hasKey",
    "keys",
    "first",
    "last",
    "uniq",
    "date",
    "regexMatch",
    "regexReplaceAll",
]

_terms = st.sampled_from(TERMS)
_calls = st.builds(
    lambda name, args: " ".join([name, *args]),
    st.sampled_from(CALLS),
    st.lists(_terms, max_size=3),
)
_commands = st.one_of(_terms, _calls, _calls.map(lambda call: f"({call}).k"))
_pipes = st.builds(
    lambda first, rest: " | ".join([first, *rest]),
    _commands,
    st.lists(_calls, max_size=2),
)


def _wrap(bodies: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(
        st.builds(
            lambda word, pipe, body, other: (
                f"{{{{{word} {pipe}}}}}{body}{{{{else}}}}{other}{{{{end}}}}"
            ),
            st.sampled_from(["if", "range", "with", "range $i, $x :=", "range $x ="]),
            _pipes,
            bodies,
            bodies,
        ),
        st.builds(lambda left, right: left + right, bodies, bodies),
    )


def template_texts() -> st.SearchStrategy:
    """Return a strategy for templates that parse."""
    leaves = st.one_of(
        st.sampled_from(["x", " é\n", "{{- 1 -}}", "{{$x := .n}}", "{{$x = 2}}"]),
        _pipes.map(lambda pipe: f"{{{{{pipe}}}}}"),
    )
    return st.recursive(leaves, _wrap, max_leaves=8).map(
        lambda text: "{{$x := 1}}" + text
    )
