"""A store as another distribution may bring it: one pickled file."""

import os
import pickle
from contextlib import contextmanager

from filelock import FileLock, Timeout

from apirun import MemoryStore, StoreError, StoreLockedError


class AcmeStore:
    """
    Keeps a whole history in one file, and replaces it with each change.

    Args:
        bucket: The file.
        colour: Shows that settings arrive as they are written.
    """

    def __init__(self, bucket, colour="grey"):
        self.bucket = os.path.abspath(bucket)
        self.colour = colour

    @property
    def identity(self):
        return f"acme:{self.bucket}:all"

    @contextmanager
    def lock(self, *, timeout_s):
        held = FileLock(f"{self.bucket}.runner", timeout=max(0, timeout_s))
        try:
            held.acquire(poll_interval=0.01)
        except Timeout:
            raise StoreLockedError(f"the bucket {self.bucket} is locked") from None
        try:
            yield
        finally:
            held.release()

    def history(self):
        return self._read().history()

    def recorded(self, version):
        return self._read().recorded(version)

    def runs(self, *, limit=None):
        return self._read().runs(limit=limit)

    def begin(self, intent):
        self._change(lambda kept: kept.begin(intent))

    def finish(self, ending):
        self._change(lambda kept: kept.finish(ending))

    def record_stage(self, record):
        self._change(lambda kept: kept.record_stage(record))

    def close(self):
        pass

    def _read(self):
        try:
            with open(self.bucket, "rb") as file:
                return pickle.load(file)
        except FileNotFoundError:
            return MemoryStore()
        except OSError as error:
            raise StoreError(f"the bucket {self.bucket}: {error.strerror}") from error

    def _change(self, change):
        try:
            with FileLock(f"{self.bucket}.writer"):
                kept = self._read()
                change(kept)
                with open(f"{self.bucket}.new", "wb") as file:
                    pickle.dump(kept, file)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(f"{self.bucket}.new", self.bucket)
        except OSError as error:
            raise StoreError(f"the bucket {self.bucket}: {error.strerror}") from error
