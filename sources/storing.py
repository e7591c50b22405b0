"""The bytes of captures, each under the hash of what it is, outside of what a web server serves."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def keep(raw: bytes) -> str:
    """Keeps bytes for good and returns their SHA-256; the same bytes are kept once."""
    sha = hashlib.sha256(raw).hexdigest()
    if read(sha) is None:  # not there, or torn by a failing disk
        _write(path_of(sha), raw)
    return sha


def _write(path: Path, raw: bytes) -> None:
    """Whole or not at all, and there after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(file.name, 0o440)
    os.replace(file.name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def keep_record(sha: str, warc: bytes) -> None:
    """Keeps the archive record of a fetched file beside it; the first one stands."""
    path = path_of(sha).with_name(f"{sha}.warc.gz")
    if not path.exists():
        _write(path, warc)


def path_of(sha: str) -> Path:
    return Path(settings.FACTDESK_FILES) / sha[:2] / sha


def read(sha: str) -> bytes | None:
    """The bytes of a hash, if they are kept here and are still what they were."""
    try:
        raw = path_of(sha).read_bytes()
    except FileNotFoundError:
        return None
    return raw if hashlib.sha256(raw).hexdigest() == sha else None


def forget(sha: str) -> None:
    """Removes the bytes of a hash and the record of how they came: a redaction ends what was kept for good."""
    for path in (path_of(sha), path_of(sha).with_name(f"{sha}.warc.gz")):
        path.unlink(missing_ok=True)
