from .appearances import Anonymity, Appearance, Basis, Figure, Hedge, Position, Speaker
from .asking import Kind
from .assessing import Assessment, Balance, Citation, Cited, Code, Stance, Status
from .claims import Claim, Sensitivity
from .correcting import Corrected, Correction, CorrectionKind
from .finding import DeskFindable, Findable, Says
from .followers import Follower
from .holding import Hold, HoldKind
from .importing import Action, ColumnMap, Import, Imported, ImportRow, Step
from .proposals import Proposal, ProposedVerb, State
from .replying import Channel, Outcome, Reply, ReplyClaim, ReplyRequest
from .reporting import Report, ReportAnswer, ReportKind, ReportOutcome, ReportReading, ReportState, Thing
from .resending import Answered, InFlight, Otherwise
from .standings import Stage, Standing
from .subjects import ClaimSubject, Name, Relation, RelationKind, Subject, SubjectKind
from .telling import Event, Message, Told
from .tokens import Scope, Token
from .webhooks import Delivery, DeliveryState, Endpoint
from .wordings import Wording
from .working import Assignment, Comment

__all__ = [
    "Action",
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
    "ColumnMap",
    "Comment",
    "Corrected",
    "Correction",
    "CorrectionKind",
    "Delivery",
    "DeliveryState",
    "DeskFindable",
    "Endpoint",
    "Event",
    "Figure",
    "Findable",
    "Follower",
    "Hedge",
    "Hold",
    "HoldKind",
    "InFlight",
    "Import",
    "ImportRow",
    "Imported",
    "Kind",
    "Message",
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
    "Step",
    "Subject",
    "SubjectKind",
    "Thing",
    "Token",
    "Told",
    "Wording",
]
