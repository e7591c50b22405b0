"""What other desks and newsrooms wrote down comes in as drafts: a file is read, planned row by row, shown, and carried out.

docs/importing.md tells of the columns.
"""

from .columns import DEFAULTS, FIELDS, guessed, remembered
from .jobs import BATCH, bring, bring_address, carry_on, carry_on_as_worker, confirm, drop, map_columns, step

__all__ = [
    "BATCH",
    "DEFAULTS",
    "FIELDS",
    "bring",
    "bring_address",
    "carry_on",
    "carry_on_as_worker",
    "confirm",
    "drop",
    "guessed",
    "map_columns",
    "remembered",
    "step",
]
