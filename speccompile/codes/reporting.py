"""SC680 to SC689: reports."""

from __future__ import annotations

from speccompile.codes.code import Code

NOT_COMPARED = Code(
    "SC680",
    "there is no such commit to compare with",
    """`report --against REVISION` compiles what the project was at that commit, which git has to have here: not what only the remote has, nor what
a clone that was made shallow lacks.""",
)
NOT_A_REPORT = Code(
    "SC681",
    "a file that is no report would be replaced",
    """`report -o FILE` replaces a report of its own and nothing else: what was written by somebody, a link and a device stay as they are.""",
)
REPORT_UNWRITABLE = Code(
    "SC682",
    "the report cannot be written",
    """The directory of the file that `report -o` names is not there, or may not be written.""",
)
CODES: tuple[Code, ...] = (NOT_COMPARED, NOT_A_REPORT, REPORT_UNWRITABLE)
