"""Proof of quotes: whoever holds the texts can show that every passage stands where the desk says."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .models import Capture, Passage


@dataclass
class Proof:
    """How many passages were proved, of how many; and which a text contradicts."""

    proved: int = 0
    total: int = 0
    contradicted: list[str] = field(default_factory=list)


def prove(folder: str, progress: Callable[[int], object] = lambda n: None) -> Proof:
    """Holds every passage against the files of a folder, found by the hash of their bytes. No folder proves nothing."""
    proof = Proof(total=Passage.objects.count())
    files = sorted(p for p in Path(folder).rglob("*") if p.is_file()) if folder else []
    for path in files:
        raw = path.read_bytes()
        for capture in Capture.objects.filter(sha256=hashlib.sha256(raw).hexdigest()).select_related("source"):
            try:
                text = raw.decode(capture.charset)
            except (UnicodeDecodeError, LookupError):
                continue  # these bytes were kept as something else than their own text: they prove nothing here
            for passage in capture.passages.select_related("capture__source").iterator(chunk_size=500):
                if passage.is_proved_by(text):
                    proof.proved += 1
                else:
                    proof.contradicted.append(passage.ref)
                progress(1)
    return proof
