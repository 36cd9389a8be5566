"""SC985 to SC989: a site.conf that is not what the plan asks for. All of these are defects of speccompile."""

from __future__ import annotations

from speccompile.codes.code import Code

UNREADABLE = Code(
    "SC985",
    "site.conf cannot be read",
    """The text is not an nginx configuration, or the file is missing.""",
)
NOT_THE_PLAN = Code(
    "SC986",
    "site.conf is not what the plan says",
    """Every directive and comment follows from the plan, and all that follows from it is there: something is missing,
    stands in another block, or nothing calls for it.""",
)
PRIVILEGED = Code(
    "SC987",
    "the site's server needs privileges",
    """The server runs as an ordinary user on a read-only root: it stays in the foreground, listens on the plan's port
    alone, its pid and all its temporary paths are below /tmp, its logs go to the standard streams, and there is
    neither a `user` directive nor an `include`.""",
)
KEPT = Code(
    "SC988",
    "browsers keep what can change",
    """Kept for good is only what a build tool names by its content: below the directories of the plan. Pages, and
    everything else, are asked for again. Each header is set once, at the http level.""",
)
SERVED = Code(
    "SC989",
    "a path is served wrong",
    """The health path is answered with 200, exactly and unlogged. Hidden files are not given out. A path that is no file
    gets status 404, or the site's one page, where there is one; but never a page where a script, a style or an image was
    asked for.""",
)

CODES: tuple[Code, ...] = (UNREADABLE, NOT_THE_PLAN, PRIVILEGED, KEPT, SERVED)
