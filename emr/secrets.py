"""The installation's secret key: from the environment or a file of its own, never from the repository."""
import contextlib
import os
import secrets as random_source
from pathlib import Path


def secret_key(*, demo: bool) -> str:
    """The key that signs sessions. A demo makes its own once; a hospital must set EMR_SECRET_KEY or EMR_SECRET_KEY_FILE.

    Raises RuntimeError when neither is set outside demo mode, so that no hospital starts with a sample key.
    """
    if key := os.environ.get("EMR_SECRET_KEY"):
        return key
    if path := os.environ.get("EMR_SECRET_KEY_FILE"):
        return Path(path).read_text().strip()
    if not demo:
        raise RuntimeError("Set EMR_SECRET_KEY or EMR_SECRET_KEY_FILE (a long random text), then start again.")
    from emr import pg

    folder = pg.data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "demo-secret-key"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(random_source.token_urlsafe(50))
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # the first of several processes wins; all read the same key
        draft.unlink()
    return path.read_text()
