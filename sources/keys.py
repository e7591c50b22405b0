"""Public ids: a prefix for the kind and ten random characters that reveal no count and are never reused."""

import secrets

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: nobody misreads them aloud


def new_key(prefix: str, length: int = 10) -> str:
    return prefix + "".join(secrets.choice(CROCKFORD) for _ in range(length))


def outlet_key() -> str:
    return new_key("OU-")


def origin_key() -> str:
    return new_key("OR-")


def source_key() -> str:
    return new_key("SO-")


def subject_key() -> str:
    return new_key("SU-")


def claim_key() -> str:
    return new_key("FD-")


def proposal_key() -> str:
    return new_key("PR-")


def request_key() -> str:
    return new_key("RR-")


def report_key() -> str:
    """Who has it reads the answer: a hundred random bits, which nobody guesses."""
    return new_key("R-", 20)


def endpoint_key() -> str:
    return new_key("WH-")


def event_key() -> str:
    """The id of a message to programs, by which they know one that comes twice."""
    return new_key("evt_", 26)


def follower_key() -> str:
    """Who has it ends the mails to an address: a hundred and thirty random bits."""
    return new_key("", 26)
