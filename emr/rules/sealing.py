"""The keyed seal over a stretch of rows: whoever has only the database cannot make a fitting one."""
import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from pathlib import Path

from emr import pg

STREAMS = {  # stream -> table, SQL of one row's hash
    "journal": ("emr_journalentry", "sha256(convert_to(to_jsonb(r)::text, 'UTF8'))"),
    "history": ("emr_rowhistory", "sha256(convert_to(to_jsonb(r)::text, 'UTF8'))"),
    "access": ("emr_accessentry", "sha256(convert_to(to_jsonb(r)::text, 'UTF8'))"),
}


def key() -> bytes:
    """The sealing key: EMR_SEAL_KEY, or a file beside the data (mode 0600), made at first use. Never in the database."""
    if text := os.environ.get("EMR_SEAL_KEY"):
        return text.encode()
    path = _beside("seal-key")
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)  # the first of several processes wins
        draft.unlink()
    return path.read_bytes().strip()


def _beside(name) -> Path:
    folder = pg.data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def digest(*, previous: str, stream: str, first: int, last: int, count: int, below: int, hashes: str) -> str:
    """The seal of a stretch, in hexadecimal: it takes in the seal before it, so seals cannot be left out either."""
    text = "|".join(str(part) for part in (previous, stream, first, last, count, below, hashes))
    return hmac.new(key(), text.encode(), hashlib.sha256).hexdigest()


def copy_path() -> Path:
    """Where the newest seals are kept outside the database: EMR_SEAL_COPY (best on another machine), or beside the data."""
    return Path(os.environ.get("EMR_SEAL_COPY") or _beside("last-seals.json"))


def read_copy() -> dict:
    """The newest seals known outside the database, stream -> {below_txid, digest}; empty before the first sealing."""
    try:
        return json.loads(copy_path().read_text())
    except FileNotFoundError:
        return {}


def write_copy(seals: dict) -> None:
    """Keep the newest seals outside the database, replaced in one step."""
    path = copy_path()
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(seals, sort_keys=True))
    draft.replace(path)
