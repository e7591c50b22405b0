"""The desk's own interchange format: JSON Lines, one act of the record a line, in the order of the ledger.

A line carries what the act brought (`type`, natural keys) and the act itself (`by`, `approved_by`, `at` …). Loading replays
each line through the same verb as an editor's hand. docs/interchange.md describes every type.
"""

from .dumping import dump, written
from .loading import BATCH, REFUSALS, BadLine, Result, load, load_line
from .replaying import READERS

__all__ = ["BATCH", "READERS", "REFUSALS", "BadLine", "Result", "dump", "load", "load_line", "written"]
