"""Which files of a directory are migrations."""

from apirun.documents import load_directory

UP = "up: {request: {method: GET, url: /a}}\n"


def test_migrations_are_ordered_by_number(tmp_path):
    """
    The number counts, not the text: 9 comes before 10 and a timestamp last.
    """
    (tmp_path / "config.yaml").write_text("env: {}")
    for name in ("10_b.yaml", "9_a.yml", "20240101120000_d.yaml", "0_z.yaml"):
        (tmp_path / name).write_text(UP)

    stage = load_directory(str(tmp_path / "config.yaml")).stage

    assert [(0, "z"), (9, "a"), (10, "b"), (20240101120000, "d")] == [
        (migration.version, migration.name) for migration in stage.migrations
    ]


def test_near_misses_are_warned_of(tmp_path, monkeypatch):
    """
    A YAML file that is no migration by its name is told, other files are not.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("env: {}")
    ignored = ("stages.yaml", "README.md", "001_body.json", ".hidden.yaml", "a.yaml~")
    near = ("3-foo.yaml", "foo.yml", "001_a.YAML", "002_b.yaml.bak")
    for name in (*ignored, *near):
        (tmp_path / name).write_text(UP)
    (tmp_path / "004_folder.yaml").mkdir()

    loaded = load_directory("config.yaml")

    assert () == loaded.stage.migrations
    assert sorted(near) == [problem.location.file for problem in loaded.warnings]
