"""Phrases by which sentences speak of traffic that does not come in: calls to others, connections to stores, capacity that is only wanted."""

from __future__ import annotations

from speccompile.regex import regex

OUTWARD = regex(
    r"\b(?:outgoing|outbound|third.party|upstreams?|downstream|partners?|vendors?)\b"
    r"|\b(?:calls?|requests?|connections?|queries)(?: per \w+)? (?:to|against) "
    r"(?!(?:the |this |our |its |any |each |every |all )?(?:[\w-]+ ){0,2}(?:api|service|server|app|application|endpoints?|backend"
    r"|system|routes?|paths?|/)\b|/|\d|be\b|at most|no more)"
)
"""Requests that this system makes, and does not get."""

POOL = regex(r"\b(?:database|db|pool|upstream|redis|postgres\w*|mysql|smtp|outgoing|outbound|backend|broker)\b")
"""Connections to what the system needs."""

BEARS = regex(
    r"\b(?:at least|handles?|sustains?|supports?|serves?|served|processes|throughput|bears?|withstands?|copes?"
    r"|capacity|able to|capable|scales? to|peak load)\b"
)
"""How much the system stands: what it is to be built for, and no limit."""

AT_MOST = regex(
    r"\b(?:at most|no more than|not more than|a maximum of|never more than|not exceed\w*|capped|limited|only)\b"
)
"""A limit in so many words; «up to» may be one, or a capacity."""
