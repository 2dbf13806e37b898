"""What every test stands on: the throw-away database, and the browser and PDF libraries where they exist."""
import hashlib
import os
import shutil

import pytest
from hypothesis import settings

from emr import pg

# How many examples each property is tried with: the one place. HYPOTHESIS_PROFILE=thorough before a release.
settings.register_profile("usual", settings(), max_examples=40, deadline=None)
settings.register_profile("thorough", settings(), max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

ON_CI = os.environ.get("CI", "").lower() in ("1", "true")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def pytest_configure(config):
    """Start the test cluster; the last test process to end stops it."""
    pg.ensure("test")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the ORM in browser tests


def pytest_runtest_setup(item):
    """Skip what this machine cannot do, with the reason; on CI that is a failure instead."""
    reason = None
    if item.get_closest_marker("browser") and not find_browser():
        reason = "no Chromium here: apt-get install chromium, or name one in EMR_CHROMIUM"
    if item.get_closest_marker("pdf"):
        reason = reason or _why_no_pdf()
    if reason:
        (pytest.fail if ON_CI else pytest.skip)(reason)


def find_browser() -> str | None:
    """The path of a Chromium: EMR_CHROMIUM, else the system's."""
    return os.environ.get("EMR_CHROMIUM") or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _why_no_pdf() -> str | None:
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        return f"no Pango here: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ({error})"
    return None


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The test database stays for the next run: making it takes longer than most tests."""
    return True


@pytest.fixture(scope="session")
def django_db_createdb(request):
    """It is made anew when a migration has changed, or when the run before did not come to its end (its rows may be left)."""
    stamp = pg.data_dir() / f"test-database-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    now = _digest_of_migrations()
    usable = stamp.exists() and stamp.read_text() == now
    stamp.unlink(missing_ok=True)
    request.addfinalizer(lambda: stamp.write_text(now))
    return not usable


def _digest_of_migrations() -> str:
    files = sorted([*pg.ROOT.glob("*/migrations/*.py"), *pg.ROOT.glob("*/*/migrations/*.py"), pg.ROOT / "emr" / "guards.py"])
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Playwright drives the system's Chromium; its sandbox cannot work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": find_browser(), "args": arguments}


@pytest.fixture(autouse=True)
def english():
    """A page shown in Russian leaves its language behind in this thread; each test begins in the language of the sources."""
    from django.utils import translation

    translation.activate("en")
    yield
    translation.activate("en")
