"""A browser test that waits for ever fails by its name, and what comes after it runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.standstill import STANDS
from tests.suite import ROOT

pytestmark = pytest.mark.browser

CONFTEST = """
import pytest
from playwright.sync_api import sync_playwright
from tests import standstill

def pytest_configure():
    standstill.keep_terminal()

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    with standstill.watched(item, "the test", 3, grace=3):
        return (yield)

@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as one:
        yield one

@pytest.fixture(scope="module")
def browser(playwright):
    args = ["--no-sandbox", "--disable-gpu"]
    one = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=args)
    yield one
    one.close()
"""
WAITS = """
def test_waits_for_ever(browser):
    browser.new_page().evaluate("new Promise(() => {})")
"""
WORKS = """
def test_works(browser):
    assert browser.new_page().evaluate("1 + 1") == 2
"""
STUCK = """
import threading

def test_is_stuck():
    threading.Event().wait()
"""


def run(folder: Path, **files: str) -> subprocess.CompletedProcess[str]:
    """Those tests, in a pytest of their own that must end by itself."""
    (folder / "conftest.py").write_text(CONFTEST)
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:xdist", str(folder)]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_page_that_never_answers_fails_its_test_only(tmp_path: Path) -> None:
    done = run(tmp_path, a_waits=WAITS, b_works=WORKS)
    assert "test_waits_for_ever stands still: the test takes over 3 s." in done.stdout
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert ">       browser.new_page().evaluate" in done.stdout, "the line that waited is shown"
    assert "TargetClosedError" in done.stdout


def test_what_stands_without_a_browser_ends_the_process_and_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, stuck=STUCK)
    assert done.returncode == STANDS
    assert "test_is_stuck stands still" in done.stderr
    assert "in test_is_stuck" in done.stderr
