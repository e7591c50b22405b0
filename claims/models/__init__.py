from .appearances import Anonymity, Appearance, Basis, Figure, Hedge, Position, Speaker
from .assessing import Assessment, Balance, Citation, Cited, Code, Stance, Status
from .claims import Claim, ClaimSubject, Kind, Sensitivity, Stage, Standing, Wording
from .proposals import Proposal, ProposedVerb, State
from .subjects import Name, Relation, RelationKind, Subject, SubjectKind

__all__ = [
    "Anonymity",
    "Appearance",
    "Assessment",
    "Balance",
    "Basis",
    "Citation",
    "Cited",
    "Claim",
    "ClaimSubject",
    "Code",
    "Figure",
    "Hedge",
    "Kind",
    "Name",
    "Position",
    "Proposal",
    "ProposedVerb",
    "Relation",
    "RelationKind",
    "Sensitivity",
    "Speaker",
    "Stage",
    "Stance",
    "Standing",
    "State",
    "Status",
    "Subject",
    "SubjectKind",
    "Wording",
]
