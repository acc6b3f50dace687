"""JSON values and path texts for the laws of `apirun.capture`."""

from hypothesis import strategies as st

keys = st.text(max_size=6)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)

values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)

documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "0", "#", "", "@x"]), inner)
    ),
    max_leaves=20,
)

number_literals = st.from_regex(
    r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True
)

# Pieces that a path is made of, put together without sense.
path_texts = st.lists(
    st.sampled_from(
        [
            *"ab019.|#()[]{}@!~*?\\:,\"'=<>% $&",
            *("..", "#.", "#(", "a==1", '"b"', ")#", "-1", "!=", "~true", "!true"),
            *("@this", "@keys", "@flatten", "@reverse", "@dig", "@tostr", "@group"),
            *("@join", "[a,b]", '{"x":a}'),
        ]
    )
    | st.characters(),
    max_size=12,
).map("".join)
