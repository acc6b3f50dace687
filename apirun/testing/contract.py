"""The contract that every store of histories has to keep."""

from apirun.testing.endings import EndingPromises
from apirun.testing.keeping import KeepingPromises
from apirun.testing.laws import LawPromises
from apirun.testing.locks import LockPromises
from apirun.testing.sharing import SharingPromises

__all__ = ["StoreContract"]


class StoreContract(
    EndingPromises, KeepingPromises, LawPromises, LockPromises, SharingPromises
):
    """
    Checks a store against every promise of `apirun.StateStore`.

    Derive a test class from it, and override the fixture ``make_store``. What
    else a subclass can say stands in `apirun.testing.base.StoreFixtures`:
    ``persists``, ``unreachable_store`` and ``look``.

    Example::

        import pytest
        from apirun.testing import StoreContract
        from acme_store import AcmeStore

        class TestAcmeStore(StoreContract):
            @pytest.fixture
            def make_store(self, tmp_path):
                numbers = iter(range(100))
                return lambda: AcmeStore(tmp_path / f"bucket-{next(numbers)}")
    """
