"""A real browser, where there is one."""

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Optional

import pytest

__all__ = ["chromium", "start_browser"]

UNPACKED = Path(sys.prefix) / "services" / "chromium"
"""Where `make` unpacks it for those who may not install it."""

ARGUMENTS = (
    "--no-sandbox",  # root may start it
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> Optional[str]:
    """Return the path of Chromium; None if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    unpacked = UNPACKED / "usr" / "lib" / "chromium" / "chromium"
    found = (*map(shutil.which, names), str(unpacked) if unpacked.exists() else None)
    return os.environ.get("APIRUN_CHROMIUM") or next(filter(None, found), None)


def libraries() -> Dict[str, str]:
    """Return the environment in which what was unpacked finds its libraries."""
    folders = [str(each) for each in UNPACKED.glob("usr/lib/*-linux-gnu")]
    return {"LD_LIBRARY_PATH": ":".join(folders)} if folders else {}


@contextmanager
def start_browser() -> Iterator[object]:
    """
    Start Chromium with an empty profile, and end it.

    Playwright brings no browser here: it drives the one that is there. While
    it runs, the thread has an event loop, so that tests should start it for a
    module only.
    """
    api = pytest.importorskip("playwright.sync_api", reason="there is no playwright")
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium here")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=list(ARGUMENTS),
            env={**os.environ, **libraries()},
        )
        try:
            yield browser
        finally:
            browser.close()
