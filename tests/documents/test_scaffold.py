"""New migrations to start from."""

import pytest

from apirun.documents import load_directory, scaffold
from apirun.exceptions import DocumentError, UsageError


@pytest.mark.parametrize(
    ("neighbours", "created"),
    [
        ([], "001_create_vpc.yaml"),
        (["001_a.yaml", "002_b.yml"], "003_create_vpc.yaml"),
        (["0009_a.yaml"], "0010_create_vpc.yaml"),
        (["9_a.yaml"], "10_create_vpc.yaml"),
        (["20240101120000_a.yaml"], "20240101120001_create_vpc.yaml"),
        (["notes.txt", "007-x.yaml"], "001_create_vpc.yaml"),
    ],
)
def test_the_next_number_is_taken(tmp_path, neighbours, created):
    """
    The new file has the next version, as wide as its neighbours'.
    """
    for name in neighbours:
        (tmp_path / name).write_text("up: {request: {method: GET, url: /a}}")

    assert str(tmp_path / created) == scaffold(str(tmp_path), "create_vpc")


def test_what_is_written_is_a_migration(tmp_path):
    """
    The new file loads as it is.
    """
    (tmp_path / "config.yaml").write_text("env: {}")
    scaffold(str(tmp_path), "create_vpc")

    (migration,) = load_directory(str(tmp_path / "config.yaml")).stage.migrations

    assert (1, "create_vpc", "create vpc") == (
        migration.version,
        migration.name,
        migration.title,
    )
    assert migration.down is not None


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", "a" * 300, "ä", "a.yaml"])
def test_a_bad_name_is_refused(tmp_path, name):
    """
    What can't be part of the file's name is refused, and nothing is written.
    """
    with pytest.raises(UsageError, match="Nothing was written"):
        scaffold(str(tmp_path), name)

    assert [] == list(tmp_path.iterdir())


def test_a_missing_directory_is_refused(tmp_path):
    """
    No directory is made.
    """
    with pytest.raises(UsageError, match="is not a directory"):
        scaffold(str(tmp_path / "nowhere"), "a")


def test_contradicting_versions_are_told(tmp_path):
    """
    Which number would be next is not guessed.
    """
    for name in ("1_a.yaml", "01_b.yaml"):
        (tmp_path / name).write_text("")

    with pytest.raises(DocumentError, match="the version 1 is also that of"):
        scaffold(str(tmp_path), "c")


def test_what_finds_no_room_is_not_left_behind(tmp_path):
    """
    Half a migration would stop every command.
    """
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(UsageError, match="can't be written: File too large"):
            scaffold(str(tmp_path), "a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert [] == list(tmp_path.iterdir())
