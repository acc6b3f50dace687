"""`Path` as a value."""

import copy
import pickle

from apirun.capture import MISSING, Path, compile_path


def test_paths_are_values():
    """Paths compare by their text, and survive `pickle` and `copy`."""
    path = Path("a.b")

    assert path == pickle.loads(pickle.dumps(path)) == copy.deepcopy(path)
    assert path != Path("a.c")
    assert path != "a.b"
    assert {path} == {Path("a.b")}
    assert repr(path) == "Path('a.b')"


def test_compiled_once():
    """The same expression is compiled once."""
    assert compile_path("x.y.z") is compile_path("x.y.z")


def test_missing_is_one_object():
    """`MISSING` is false and stays itself through `pickle` and `copy`."""
    assert not MISSING
    assert MISSING is pickle.loads(pickle.dumps(MISSING))
    assert MISSING is copy.deepcopy(MISSING)
    assert repr(MISSING) == "MISSING"
