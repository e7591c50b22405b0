from .appearances import Anonymity, Appearance, Basis, Figure, Hedge, Position, Speaker
from .asking import Kind
from .assessing import Assessment, Balance, Citation, Cited, Code, Stance, Status
from .claims import Claim, Sensitivity
from .correcting import Corrected, Correction, CorrectionKind
from .finding import DeskFindable, Findable, Says
from .holding import Hold, HoldKind
from .proposals import Proposal, ProposedVerb, State
from .replying import Channel, Outcome, Reply, ReplyClaim, ReplyRequest
from .reporting import Report, ReportAnswer, ReportKind, ReportOutcome, ReportReading, ReportState, Thing
from .resending import Answered, InFlight, Otherwise
from .standings import Stage, Standing
from .subjects import ClaimSubject, Name, Relation, RelationKind, Subject, SubjectKind
from .tokens import Scope, Token
from .wordings import Wording
from .working import Assignment, Comment

__all__ = [
    "Anonymity",
    "Answered",
    "Appearance",
    "Assessment",
    "Assignment",
    "Balance",
    "Basis",
    "Channel",
    "Citation",
    "Cited",
    "Claim",
    "ClaimSubject",
    "Code",
    "Comment",
    "Corrected",
    "Correction",
    "CorrectionKind",
    "DeskFindable",
    "Figure",
    "Findable",
    "Hedge",
    "Hold",
    "HoldKind",
    "InFlight",
    "Kind",
    "Name",
    "Otherwise",
    "Outcome",
    "Position",
    "Proposal",
    "ProposedVerb",
    "Relation",
    "RelationKind",
    "Reply",
    "ReplyClaim",
    "ReplyRequest",
    "Report",
    "ReportAnswer",
    "ReportKind",
    "ReportOutcome",
    "ReportReading",
    "ReportState",
    "Says",
    "Scope",
    "Sensitivity",
    "Speaker",
    "Stage",
    "Stance",
    "Standing",
    "State",
    "Status",
    "Subject",
    "SubjectKind",
    "Thing",
    "Token",
    "Wording",
]
