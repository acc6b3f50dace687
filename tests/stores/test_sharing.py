"""Processes that use one database at once see whole states, and lose nothing."""

from contextlib import ExitStack, closing

from apirun.settings import StoreSettings
from apirun.state import Recorded, StoredValue
from apirun.stores.sqlite import SqliteStore
from apirun.stores.tables import TableNames
from tests.stores.child import child
from tests.stores.records import ending, intent

PROCESSES = 4

CREATE = """
from apirun.settings import StoreSettings
from apirun.stores.tables import TableNames
settings = StoreSettings(table_prefix=sys.argv[2])
store = SqliteStore(path, tables=TableNames.from_settings(settings))
print("ready", flush=True)
sys.stdin.read()
store.begin(intent(1))
store.finish(ending(intent(1)))
store.close()
"""

CHANGE = """
from apirun.state import StoredValue
print("ready", flush=True)
for turn in range(60):
    store.begin(intent(1))
    store.finish(ending(intent(1), captures={"id": StoredValue(str(turn))}))
    store.finish(ending(intent(1), EndingKind.ROLLED_BACK))
    if turn % 20 == 0:
        store.close()
store.close()
"""


def test_processes_make_one_database_at_once(tmp_path):
    """
    Stages that share a new database can all begin with making it.
    """
    path = tmp_path / "shared.db"
    names = [f"p{number}" for number in range(PROCESSES)]
    with ExitStack() as stack:
        makers = [stack.enter_context(child(CREATE, path, name)) for name in names]
        for maker in makers:
            assert maker.stdin is not None
            maker.stdin.close()
        assert [0] * PROCESSES == [maker.wait() for maker in makers]

    for name in names:
        tables = TableNames.from_settings(StoreSettings(table_prefix=name))
        history = SqliteStore(path, tables=tables).history()
        assert [1] == [kept.version for kept in history.applied]


def test_a_reader_sees_whole_states_while_another_process_writes(tmp_path):
    """
    A version is never seen without what it captured, nor the reverse.
    """
    path = tmp_path / "apirun.db"
    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(2), captures={"id": StoredValue("2")}))
    with child(CHANGE, path) as writer:
        while writer.poll() is None:
            reader = SqliteStore(path)
            for kept in reader.history().applied:
                assert ["id"] == list(kept.captures)
            assert intent(2).document == reader.recorded(2).document
        assert 0 == writer.returncode

    assert Recorded() == SqliteStore(path).recorded(1)
    assert 121 == len(SqliteStore(path).runs())
