"""Dumps as folders: files with a manifest of their hashes, there whole or not at all."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from sources.dates import rfc3339
from sources.models import Clock
from sources.moments import as_of, today

from ..formats.tables import as_csv, as_json_lines, rows_of
from ..models import Claim
from ..paging import BY_CHANGE
from .dumping import dump

FORMAT = {"format": "factdesk-dump", "version": 1}
MANIFEST = "manifest.json"
PUBLIC, WHOLE = "public", "whole"
CHUNK = 1 << 20


class Broken(Exception):
    """A dump is not what its manifest says; the message says where."""


def pack(folder: Path, kind: str, progress: Callable[[int], object] = lambda n: None) -> Path:
    """Writes a dump of its own into a folder, under a name that tells kind and time; it shows there once it is whole."""
    at = datetime.now(UTC)
    target = folder / f"{kind}-{at:%Y%m%dT%H%M%S%fZ}"
    unfinished = folder / f".{target.name}"
    unfinished.mkdir(parents=True)
    try:
        manifest = FORMAT | {"kind": kind, "made_at": rfc3339(at, "seconds")}
        manifest |= _public(unfinished) if kind == PUBLIC else _whole(unfinished, progress)
        _write(unfinished / MANIFEST, [json.dumps(manifest, indent=1) + "\n"])
        _sync(unfinished)
        unfinished.rename(target)
        _sync(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return target


@transaction.atomic
def _whole(folder: Path, progress) -> dict[str, Any]:
    """Every act of the record. Its number is the desk's own: nobody outside learns it from here."""
    number = _clock().number
    lines = (f"{line}\n" for line in dump(progress))
    return {"change": number, "files": [_write(folder / "desk.jsonl", lines)]}


@transaction.atomic
def _public(folder: Path) -> dict[str, Any]:
    """What readers see, all of it at one moment: two that change it meanwhile do not show in half of it."""
    clock = _clock()
    files = []
    for name, write in (("claims.csv", as_csv), ("claims.jsonl", as_json_lines)):
        with as_of(clock.number, today()):
            rows = rows_of(Claim.objects.public().for_table(), BY_CHANGE)
        files.append(_write(folder / name, write(rows)))
    return {"change": clock.public_number, "files": files}


def _clock() -> Clock:
    return Clock.objects.filter(pk=1).first() or Clock()


def _write(path: Path, lines: Iterable[str]) -> dict[str, Any]:
    """Writes a file as its lines come, and tells what it is."""
    told, size, count = hashlib.sha256(), 0, 0
    with path.open("wb") as file:
        for line in lines:
            raw = line.encode()
            file.write(raw)
            told.update(raw)
            size += len(raw)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return {"name": path.name, "bytes": size, "sha256": told.hexdigest(), "lines": count}


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a dump, once all of it is as the manifest says; else `Broken`."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        files = {file["name"]: file for file in manifest["files"]}
        told = {name: manifest[name] for name in FORMAT}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Broken(f"{folder}: its manifest cannot be read") from error
    if told != FORMAT:
        raise Broken(f"{folder}: this desk reads {FORMAT['format']} version {FORMAT['version']}")
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    for name in sorted(files.keys() ^ there):
        raise Broken(f"{name} is {'missing' if name in files else 'not in the manifest'}")
    for name, file in files.items():
        found, size = hashlib.sha256(), 0
        with (folder / name).open("rb") as opened:
            while piece := opened.read(CHUNK):
                found.update(piece)
                size += len(piece)
        if (size, found.hexdigest()) != (file["bytes"], file["sha256"]):
            raise Broken(f"{name} is not the file that was written")
    return manifest


def prune(folder: Path, kind: str, keep: int) -> list[Path]:
    """Removes all dumps of a kind but the newest, and what was left unfinished."""
    whole = sorted(p for p in folder.glob(f"{kind}-*Z") if (p / MANIFEST).exists())
    gone = [*(whole[:-keep] if keep else []), *folder.glob(f".{kind}-*Z")]
    for path in gone:
        shutil.rmtree(path)
    return gone
