"""The desk's own interchange format: JSON Lines, one act of the record a line, in the order of the ledger.

A line carries what the act brought (`type`, natural keys) and the act itself (`by`, `approved_by`, `at` …). Loading replays
each line through the same verb as an editor's hand. docs/interchange.md describes every type.
"""

from .dumping import dump, written
from .loading import BATCH, READERS, BadLine, Result, load

__all__ = ["BATCH", "READERS", "BadLine", "Result", "dump", "load", "written"]
