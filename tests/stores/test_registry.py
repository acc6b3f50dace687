"""Stores are found by name, also those of other distributions."""

import os
from pathlib import Path
from typing import Dict

import pytest

from apirun.exceptions import UsageError
from apirun.stores import find_store
from apirun.stores.memory import MemoryStore
from apirun.stores.postgres import PostgresStore
from apirun.stores.sqlite import SqliteStore
from tests.helpers.distribution import install
from tests.stores.child import run_child

FIND = """
from apirun.exceptions import UsageError
from apirun.settings import StoreSettings
from apirun.stores import find_store, open_store
imported = set(sys.modules)
try:
    print(find_store(sys.argv[1]).__name__)
except UsageError as error:
    print(error)
print(sorted(n for n in set(sys.modules) - imported if n.startswith("acme")))
"""

OPEN = """
from apirun.exceptions import UsageError
from apirun.settings import StoreSettings
from apirun.stores import open_store
settings = StoreSettings(type=sys.argv[1], options={"bucket": sys.argv[2]})
try:
    store = open_store(settings, directory=".", base=".", stage="network")
    print(store.identity)
except UsageError as error:
    print(error)
"""

ACME = """
class AcmeStore:
    def __init__(self, bucket):
        if not bucket:
            raise TypeError("bucket is empty")
        self.identity = f"acme:{bucket}"

def make(bucket):
    return AcmeStore(bucket)
"""


def _with(where: Path) -> Dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(where), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """Return a directory with a distribution that brings stores of its own."""
    (tmp_path / "acme_store.py").write_text(ACME)
    (tmp_path / "acme_other.py").write_text("")
    (tmp_path / "acme_broken.py").write_text("raise RuntimeError('no licence')\n")
    install(
        tmp_path,
        "acme-store",
        {
            "acme": "acme_store:AcmeStore",
            "acme-gone": "acme_gone:Store",
            "acme-lacking": "acme_other:Store",
            "acme-broken": "acme_broken:Store",
            "acme-function": "acme_store:make",
        },
    )
    return tmp_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("memory", MemoryStore),
        ("postgres", PostgresStore),
        ("postgresql", PostgresStore),
        ("sqlite", SqliteStore),
    ],
)
def test_our_own_stores_are_found(name, expected):
    """
    The stores of this distribution go by their entry points too.
    """
    assert expected is find_store(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sqllite", "there is no store 'sqllite'; did you mean 'sqlite'?"),
        ("Memory", "there is no store 'Memory'; did you mean 'memory'?"),
    ],
)
def test_an_unknown_store_is_refused_with_the_nearest(name, expected):
    """
    A slip is answered with what was meant.
    """
    with pytest.raises(UsageError) as caught:
        find_store(name)

    assert expected == str(caught.value)


def test_a_store_like_no_other_is_refused_with_all_that_are_known():
    """
    Where nothing is near, what there is is named.
    """
    with pytest.raises(UsageError, match=r"there is no store 'etcd'; known: .*sqlite"):
        find_store("etcd")


def test_a_store_of_another_distribution_is_found(acme):
    """
    The name that a distribution registers is imported, and nothing else of it.
    """
    assert "AcmeStore\n['acme_store']" == run_child(FIND, "acme", env=_with(acme))


def test_a_store_of_another_distribution_gets_its_settings(acme):
    """
    The options of its block are the arguments of its class.
    """
    assert "acme:b1" == run_child(OPEN, "acme", "b1", env=_with(acme))
    assert (
        "stage network: the store 'acme' does not take these settings: bucket is empty"
        == run_child(OPEN, "acme", "", env=_with(acme))
    )


def test_a_name_that_two_distributions_claim_is_refused(acme):
    """
    Neither wins: the error names both, even if they name the same class.
    """
    install(acme, "zenith-store", {"acme": "zenith:Store", "same": "acme_store:make"})
    install(acme, "beta-store", {"same": "acme_store:make"})

    assert (
        "the store 'acme' is claimed more than once, by acme-store "
        "(acme_store:AcmeStore) and by zenith-store (zenith:Store): uninstall all but "
        "one of them\n[]"
    ) == run_child(FIND, "acme", env=_with(acme))
    assert (
        "the store 'same' is claimed more than once, by beta-store (acme_store:make) "
        "and by zenith-store (acme_store:make): uninstall all but one of them\n[]"
    ) == run_child(FIND, "same", env=_with(acme))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "acme-gone",
            "(acme_gone:Store) can't be imported: No module named 'acme_gone'\n[]",
        ),
        (
            "acme-lacking",
            (
                "(acme_other:Store) can't be imported: module 'acme_other' has no "
                "attribute 'Store'\n['acme_other']"
            ),
        ),
        ("acme-broken", "(acme_broken:Store) can't be imported: no licence\n[]"),
        ("acme-function", "(acme_store:make) is no class\n['acme_store']"),
    ],
)
def test_a_store_that_does_not_import_is_refused(acme, name, expected):
    """
    What a distribution promises and lacks is named, with the reason.
    """
    assert f"the store '{name}' {expected}" == run_child(FIND, name, env=_with(acme))


def test_a_slip_in_the_name_of_another_distribution_is_told(acme):
    """
    Their names are proposed like ours.
    """
    assert "there is no store 'acmee'; did you mean 'acme'?\n[]" == run_child(
        FIND, "acmee", env=_with(acme)
    )
