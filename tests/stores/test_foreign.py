"""A store that another distribution brings is found, used, named and tested."""

import json
import os
import shutil
from itertools import count
from pathlib import Path

import pytest

from apirun.testing import StoreContract
from tests.helpers.command import run_apirun
from tests.helpers.counting import serve_counting
from tests.helpers.distribution import install
from tests.helpers.stagetree import thing, write_stages
from tests.stores import acme_store
from tests.stores.acme_store import AcmeStore


class TestAcmeStore(StoreContract):
    @pytest.fixture
    def make_store(self, tmp_path):
        numbers = count()
        return lambda: AcmeStore(tmp_path / f"bucket-{next(numbers)}")

    @pytest.fixture
    def unreachable_store(self, tmp_path):
        return AcmeStore(tmp_path / ("x" * 300))

    @pytest.fixture
    def look(self, tmp_path):
        return lambda: os.listdir(tmp_path)


@pytest.fixture
def site(tmp_path):
    """Return a directory with the distribution ``acme-store`` installed in it."""
    where = tmp_path / "site"
    where.mkdir()
    shutil.copy(acme_store.__file__, str(where / "acme_store.py"))
    install(where, "acme-store", {"acme": "acme_store:AcmeStore"})
    return where


@pytest.fixture
def project(tmp_path):
    """Return a directory with two stages, and the API they talk to."""
    with serve_counting() as server:
        graph = {"a": (), "b": ("a",)}
        stages = {name: [thing(name, kind="post")] for name in graph}
        write_stages(tmp_path, server.url, stages, graph)
        for name in graph:
            _configure(tmp_path, name, {"bucket": str(tmp_path / f"{name}.bucket")})
        yield tmp_path, server


def _configure(root, stage, options):
    store = {"type": "acme", "acme": options}
    (root / stage / "config.yaml").write_text(json.dumps({"store": store}))


def _run(root, site, *arguments):
    paths = os.pathsep.join([str(site), str(Path(__file__).parents[2])])
    return run_apirun(*arguments, cwd=root, env={"PYTHONPATH": paths})


def test_stages_keep_their_histories_in_it(project, site):
    """
    ``store: {type: acme}`` is all that a config.yaml has to say.
    """
    root, server = project

    first = _run(root, site, "stages", "up")
    again = _run(root, site, "stages", "up")
    status = _run(root, site, "stages", "status", "--json", "--exit-code")

    assert (0, 0, 0) == (first.code, again.code, status.code), (first, status)
    assert ["a", "b"] == server.standing
    assert {} == server.doubled
    assert f"acme:{root}/a.bucket:all" in status.out
    assert (root / "b.bucket").exists()
    assert not (root / "b" / "apirun.db").exists()


def test_its_settings_may_stand_in_process_variables(project, site):
    """
    What holds for our stores holds for the blocks of others.
    """
    root, _ = project
    _configure(root, "a", {"bucket": {"valueFromEnv": "ACME_BUCKET"}, "colour": "red"})

    without = _run(root, site, "stages", "up")

    assert 2 == without.code
    assert "'bucket' of its store stands in the process variable ACME_BUCKET" in (
        without.err
    )


def test_what_it_does_not_know_is_told_by_its_name(project, site):
    """
    A setting that the class has no argument for is refused before anything is sent.
    """
    root, server = project
    _configure(root, "b", {"bucket": "x", "size": 3})

    done = _run(root, site, "stages", "up")

    assert 2 == done.code
    assert "stage b: the store 'acme' does not take these settings" in done.err
    assert [] == server.requests


def test_stages_in_one_bucket_are_refused(project, site):
    """
    Its identity tells that two stages would mix their histories.
    """
    root, server = project
    for name in ("a", "b"):
        _configure(root, name, {"bucket": str(root / "shared")})

    done = _run(root, site, "stages", "up")

    assert 2 == done.code
    assert f"(acme:{root}/shared:all)" in done.err
    assert [] == server.requests


def test_a_name_that_is_claimed_twice_is_refused(project, site):
    """
    Neither wins; both distributions are named.
    """
    root, server = project
    install(site, "zenith-store", {"acme": "acme_store:AcmeStore"})

    done = _run(root, site, "stages", "up")

    assert 2 == done.code
    assert "the store 'acme' is claimed more than once, by acme-store" in done.err
    assert "zenith-store" in done.err
    assert [] == server.requests


def test_without_its_distribution_the_type_is_no_store(project, tmp_path):
    """
    Who uninstalls it is told where its name stands.
    """
    root, _ = project

    done = _run(root, tmp_path, "stages", "up")

    assert 2 == done.code
    assert "a/config.yaml:1:" in done.err
    assert "'acme' is no store type; known: memory, postgres" in done.err
