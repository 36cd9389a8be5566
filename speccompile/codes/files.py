"""SC584 to SC588: files of a service that the front door gives out itself."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NO_VOLUME = Code(
    "SC584",
    "files that are in no volume",
    """`files` is a directory of the service that the front door reads as well, and what two containers have together is a volume. Files of the image
    are in none by themselves: an engine fills an empty volume from the image, once, so that those of the first version would stay there for
    ever. A step of the release (`release`) puts those of each version into the volume; names of the version before are still found by pages that are
    open.""",
)
NO_USE_OF_FILES = Code(
    "SC585",
    "a key of a route that files have no use for",
    """With `files` the front door answers, to GET and HEAD, and does not ask the service: nothing is waited for, no body is taken, nothing streams.""",
)
PAGE_OF_UPLOADS = Code(
    "SC586",
    "a page of what people sent",
    """A page is shown under the host of the route, with the rights of that host in the browser. Of `content: uploads`, which people sent, none is.""",
)
NO_LINKS = Code(
    "SC587",
    "files that the front door does not give out, or gives out too many",
    """The front door gives out files of one directory of one volume, and nothing else: it has secrets of its own, to which a link that a service makes
    there would lead, so links are not followed (`disable_symlinks`). Hidden files are not given out. Of uploads nothing is shown that could act.""",
    Severity.ERROR,
)

HIDDEN = Code(
    "SC588",
    "files at a hidden path",
    """The front door gives out no hidden files: nothing whose path has a segment that begins with a dot, but for /.well-known/. At a route whose own
    path has one there would be nothing.""",
)

CODES: tuple[Code, ...] = (NO_VOLUME, NO_USE_OF_FILES, PAGE_OF_UPLOADS, NO_LINKS, HIDDEN)
