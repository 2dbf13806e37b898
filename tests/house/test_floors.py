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


# Each file is read once, and a rule is one test: it names every file that breaks it.
FILES = {str(path.relative_to(ROOT)): path.read_text() for path in files()}
TREES = {name: ast.parse(text) for name, text in FILES.items()}


def test_imports_go_down_and_rooms_keep_their_order():
    wrong = []
    for name, tree in TREES.items():
        parts = Path(name).with_suffix("").parts
        app, room = place(".".join(parts))
        if name in WIRING:
            wrong += [f"{name}: name upper apps as strings: {m}" for m in imports(tree, parts[:-1])
                      if place(m)[0] not in (None, "emr")]
            continue
        for module in imports(tree, parts[:-1]):
            other, door = place(module)
            if other and other != app:
                if RANK[other] >= RANK[app]:
                    wrong.append(f"{name}: {app} may not import {module}: imports go down only")
                if door in {"web", "api", "admin", "management", "urls"}:
                    wrong.append(f"{name}: {module} is a face, not a room")
            elif other and room and door and door != room and RANK[door] >= RANK[room]:
                wrong.append(f"{name}: the room {room} may not import {module}")
    assert not wrong, "\n".join(wrong)


def test_files_stay_readable():
    assert not [name for name, text in FILES.items() if len(text.splitlines()) > LIMIT], "split it by noun"


def test_only_actions_write():
    """Faces, queries and rules call no writing method of a manager or row."""
    rooms = {"web", "api", "management", "queries", "rules"}
    wrong = [f"{name}:{node.lineno}: {ast.unparse(node.func)} writes; only actions write"
             for name, tree in TREES.items() if place(".".join(Path(name).with_suffix("").parts))[1] in rooms
             for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and node.func.attr in WRITES
             and not (node.func.attr in {"save", "delete"} and _is_no_row(node.func.value))]
    assert not wrong, "\n".join(wrong)


def _is_no_row(owner):
    """Sessions, sets and image buffers have save() and delete() too."""
    return any(word in ast.unparse(owner) for word in ("session", "image", "code", "cache", "qr"))


def test_there_are_no_signals():
    assert not [name for name, text in FILES.items() if SIGNALS.search(
        text)], "an act says what happens; nothing listens behind its back"


def test_there_are_no_forbidden_files_and_folders():
    allowed = {"emr", "admissions", "orders", "nursing", "outpatient", "billing", "fhir_export", "tests", "docs", "scripts"}
    if not shutil.which("git"):
        pytest.skip("no git here: what belongs to the project cannot be told from what lies beside it")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    folders = {name.split("/")[0] for name in listed if "/" in name and not name.startswith(".")}
    assert folders <= allowed, folders - allowed
    assert not [name for name in listed if Path(name).name in ("utils.py", "helpers.py", "services.py", "signals.py")]
