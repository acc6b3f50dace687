"""Files that are no documents, and how that is told."""

import os

import pytest

from apirun.documents import load_directory, load_stages
from apirun.documents.files import MAX_DOCUMENT_BYTES
from apirun.exceptions import DocumentError
from apirun.origin import shown_path

UP = "up: {request: {method: GET, url: /a}}\n"


@pytest.fixture(autouse=True)
def _inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def told(load, path):
    with pytest.raises(DocumentError) as caught:
        load(path)
    return [str(problem).splitlines()[0] for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"env:\n  a: b\xff\n",
            "config.yaml:2:7: not UTF-8: byte 0xff. Save it as UTF-8",
        ),
        (
            "env: ä".encode("utf-16"),
            "config.yaml:1:1: not UTF-8: byte 0xff. Save it as UTF-8",
        ),
        (
            "env:\n  ä: \0\n".encode(),
            "config.yaml:2:6: the control character U+0000 can't stand here",
        ),
        (
            b"env: {a: \x1b[31m}",
            "config.yaml:1:10: the control character U+001B can't stand here",
        ),
        (
            b"a" * (MAX_DOCUMENT_BYTES + 1),
            "config.yaml: longer than 4 MiB, which no document may be",
        ),
    ],
)
def test_bytes_that_are_no_document_are_told(tmp_path, content, message):
    """
    The message names the place and the byte or character.
    """
    (tmp_path / "config.yaml").write_bytes(content)

    assert [message] == told(load_directory, "config.yaml")


def test_a_byte_order_mark_is_stepped_over(tmp_path):
    """
    A document as some editors save it is read.
    """
    (tmp_path / "config.yaml").write_bytes(b"\xef\xbb\xbfenv: {a: b}\r\n")

    assert "b" == load_directory("config.yaml").stage.private_env[0].value


@pytest.mark.parametrize("load", [load_directory, load_stages])
def test_a_missing_file_is_told(load):
    """
    A file that is not there, or is a directory, gives one clear line.
    """
    os.mkdir("folder")

    assert ["nowhere.yaml: there is no such document"] == told(load, "nowhere.yaml")
    assert ["folder: this is a directory, not a document"] == told(load, "folder")


def test_a_file_that_cannot_be_reached_is_not_called_missing(tmp_path):
    """
    Who looks for it finds it where it is, and so is told what is in the way.
    """
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "stages.yaml").write_text(
        "stages: [{name: a, config_path: loop/config.yaml}]\n"
    )

    (message,) = told(load_stages, "stages.yaml")

    assert "loop/config.yaml can't be reached: Too many levels of " in message


def test_a_flood_of_values_is_refused(tmp_path):
    """
    What would take long to read ends at a bound.
    """
    (tmp_path / "config.yaml").write_text("env: [" + "1," * 200_000 + "1]")

    (message,) = told(load_directory, "config.yaml")

    assert message.startswith("config.yaml:1:400003: more than 200,000 values: ")


def test_a_flood_of_problems_is_cut(tmp_path):
    """
    The first hundred of a file are shown, and how many more there are.
    """
    (tmp_path / "config.yaml").write_text(
        "".join(f"key_{number}: 1\n" for number in range(1500))
    )

    problems = told(load_directory, "config.yaml")

    assert 101 == len(problems)
    assert "config.yaml:1:1: unknown key 'key_0'" == problems[0]
    assert "config.yaml: 1,400 more problems, not shown" == problems[-1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_waited_for():
    """
    What would block for ever is refused, as a document and as a body.
    """
    os.mkfifo("config.yaml")
    os.mkdir("stage")
    os.mkfifo("stage/body")
    with open("stage/config.yaml", "w") as stream:
        stream.write("env: {}\n")
    with open("stage/001_a.yaml", "w") as stream:
        stream.write("up: {request: {method: PUT, url: /a, body_file: body}}\n")

    assert ["config.yaml: this is not a regular file"] == told(
        load_directory, "config.yaml"
    )
    assert ["stage/001_a.yaml:1:49: stage/body: this is not a regular file"] == told(
        load_directory, "stage/config.yaml"
    )


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything"
)
def test_an_unreadable_file_is_told():
    """
    The reason of the system is given.
    """
    with open("config.yaml", "w") as stream:
        stream.write("env: {}\n")
    os.chmod("config.yaml", 0)

    assert ["config.yaml: can't be read: Permission denied"] == told(
        load_directory, "config.yaml"
    )


def test_a_body_file_can_not_be_reached_through_a_link(tmp_path):
    """
    A link that leads out of the stage's directory is refused like a path.
    """
    (tmp_path / "secret").write_text("x")
    stage = tmp_path / "stage"
    stage.mkdir()
    (stage / "config.yaml").write_text("env: {}\n")
    (stage / "link").symlink_to(tmp_path / "secret")
    (stage / "001_a.yaml").write_text(
        "up: {request: {method: PUT, url: /a, body_file: link}}\n"
    )

    (message,) = told(load_directory, "stage/config.yaml")

    assert message.startswith("stage/001_a.yaml:1:49: 'link' leads outside of stage: ")


def test_a_path_is_shown_as_it_would_be_typed(tmp_path):
    """
    Below the working directory it is relative, elsewhere absolute.
    """
    assert os.path.join("a", "b") == shown_path("a/./b")
    assert "." == shown_path(str(tmp_path))
    assert str(tmp_path.parent) == shown_path("..")
