"""The house keeps its shape: imports go down, rooms keep their order, faces do not write, files stay readable."""
import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ["emr", "orders", "nursing|orders.laboratory", "admissions|outpatient", "outpatient.booking", "billing", "fhir_export"]
ROOMS = ["errors", "models", "queries", "rules", "actions", "web|api|admin|management", "urls"]
RANK = {name: n for steps in (FLOORS, ROOMS) for n, step in enumerate(steps) for name in step.split("|")}
# Parts of floor 1's faces that are kit: made for the faces of all apps.
KIT = ("emr.api.acts", "emr.api.render", "emr.api.pages", "emr.api.refusals", "emr.api.auth")
WIRING = {"emr/settings.py", "emr/urls.py", "emr/navigation.py"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
SIGNALS = re.compile(r"django\.(db\.models|core|dispatch)[\w.]*signals|from django\.dispatch|@receiver")
LIMIT = 400


def files():
    for app in sorted({floor.split(".")[0] for step in FLOORS for floor in step.split("|")}):
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


def place(module):
    """'outpatient.booking.actions.coupon' -> ('outpatient.booking', 'actions'); kit modules have no room."""
    app = max((a for step in FLOORS for a in step.split("|") if f"{module}.".startswith(f"{a}.")), key=len, default=None)
    if app is None or any(f"{module}.".startswith(f"{kit}.") for kit in KIT):
        return app, None
    room = module[len(app) + 1:].split(".")[0]
    return app, room if room in RANK else None


def imports(tree, package):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package[:len(package) - node.level + 1] if node.level else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


FILES = list(files())
ids = [str(path.relative_to(ROOT)) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_imports_go_down_and_rooms_keep_their_order(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    app, room = place(".".join(parts))
    tree = ast.parse(path.read_text())
    if str(path.relative_to(ROOT)) in WIRING:
        assert not [m for m in imports(tree, parts[:-1]) if place(m)[0] not in (None, "emr")], "name upper apps as strings"
        return
    for module in imports(tree, parts[:-1]):
        other, door = place(module)
        if other and other != app:
            assert RANK[other] < RANK[app], f"{app} may not import {module}: imports go down only"
            assert door not in {"web", "api", "admin", "management", "urls"}, f"{module} is a face, not a room"
        elif other and room and door and door != room:
            assert RANK[door] < RANK[room], f"the room {room} may not import {module}"


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_files_stay_readable(path):
    assert len(path.read_text().splitlines()) <= LIMIT, "split it by noun"


@pytest.mark.parametrize("path", [p for p in FILES if place(".".join(p.relative_to(ROOT).with_suffix("").parts))[1]
                                  in {"web", "api", "management", "queries", "rules"}],
                         ids=lambda path: str(path.relative_to(ROOT)))
def test_only_actions_write(path):
    """Faces, queries and rules call no writing method of a manager or row."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            assert node.func.attr in {"save", "delete"} and _is_no_row(node.func.value), \
                f"line {node.lineno}: {ast.unparse(node.func)} writes; only actions write"


def _is_no_row(owner):
    """Sessions, sets and image buffers have save() and delete() too."""
    return any(word in ast.unparse(owner) for word in ("session", "image", "code", "cache", "qr"))


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_there_are_no_signals(path):
    assert not SIGNALS.search(path.read_text()), "an act says what happens; nothing listens behind its back"


def test_there_are_no_forbidden_files_and_folders():
    allowed = {"emr", "admissions", "orders", "nursing", "outpatient", "billing", "fhir_export", "tests", "docs", "scripts"}
    if not shutil.which("git"):
        pytest.skip("no git here: what belongs to the project cannot be told from what lies beside it")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    folders = {name.split("/")[0] for name in listed if "/" in name and not name.startswith(".")}
    assert folders <= allowed, folders - allowed
    assert not [name for name in listed if Path(name).name in ("utils.py", "helpers.py", "services.py", "signals.py")]
