from .appearances import Anonymity, Appearance, Basis, Figure, Hedge, Position, Speaker
from .asking import Kind
from .assessing import Assessment, Balance, Citation, Cited, Code, Stance, Status
from .claims import Claim, Sensitivity
from .proposals import Proposal, ProposedVerb, State
from .standings import Stage, Standing
from .subjects import ClaimSubject, Name, Relation, RelationKind, Subject, SubjectKind
from .wordings import Wording
from .working import Assignment, Comment

__all__ = [
    "Anonymity",
    "Appearance",
    "Assessment",
    "Assignment",
    "Balance",
    "Basis",
    "Citation",
    "Cited",
    "Claim",
    "ClaimSubject",
    "Code",
    "Comment",
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
