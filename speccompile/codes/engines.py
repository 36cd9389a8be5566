"""SC6xx: container engines and registries."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NO_ENGINE = Code(
    "SC601",
    "no container engine works here",
    """Images are built by docker (with BuildKit), podman or buildah. None of those that were asked for works; each is listed with what is
wrong with it and the command that helps.""",
)
NOT_REPRODUCIBLE = Code(
    "SC602",
    "this engine cannot build reproducibly",
    """--reproducible promises that two builds of one commit give one digest. That needs an engine that can set the times of files in
layers: buildah, podman, or BuildKit 0.13 and later through buildx. BuildKit inside the Docker engine cannot.""",
)
NOT_ONE_PLATFORM = Code(
    "SC603",
    "more than one platform",
    """An image that is kept in the engine's own storage is for one platform. Build once for each, with one --platform and a --tag of its own.""",
)
NOTHING_TO_BUILD = Code(
    "SC604",
    "nothing to build",
    """The project is a library: it is published to a package registry, not built as an image. See the generated publishing workflow.""",
)
NO_SECRET = Code(
    "SC605",
    "a build secret cannot be used",
    """`--secret ID=FILE` hands a file to `RUN --mount=type=secret,id=ID`. The file must be there; the value itself is never an argument.""",
)
BAD_EPOCH = Code(
    "SC606",
    "SOURCE_DATE_EPOCH is not a time",
    """SOURCE_DATE_EPOCH (reproducible-builds.org) is a number of seconds since the beginning of 1970. It becomes the image's creation time.""",
)
UNTOLD = Code(
    "SC607",
    "the engine does not tell whether it has an image",
    """The engine was asked about an image of its own storage, several times, and failed each time: neither with what it knows, nor by saying that
there is no such image. Other processes that work on the same storage at the same moment are a usual cause; what the engine said is quoted.""",
)
BUILD_FAILED = Code(
    "SC610",
    "an image could not be built",
    """The engine could not build the image. Its log is kept, and its end is shown. Services that do not need this one are built all the same;
those that do are skipped.""",
)
NO_COMMIT = Code(
    "SC620",
    "nothing to tag the image with",
    """An image is tagged with the commit that it was built from, and with the version. Here is neither.""",
)
BAD_TAG = Code(
    "SC621",
    "not an image tag",
    """A tag has letters, digits, dots, hyphens and underscores, begins with none of dot and hyphen, and has at most 128 characters.""",
)
DIRTY = Code(
    "SC622",
    "files differ from the commit",
    """What is pushed must be traceable to a commit. The files listed differ from it, or there is no commit. Commit them and build again, or
push with --allow-dirty.""",
)
NOT_BUILT = Code(
    "SC623",
    "there is no such image",
    """What is to be pushed must have been built: from this commit, with the same engine and the same --tag.""",
)
STALE_IMAGE = Code(
    "SC624",
    "the image was built from other specs",
    """An image carries the digest of the specs that it was built from. This one's is not that of the specs here, or it is of another commit.""",
)
NO_REGISTRY = Code(
    "SC630",
    "no registry",
    """Where images are pushed to is named by --registry or by `registry` in deploy.yaml. On a terminal one is asked for it.""",
)
BAD_REGISTRY = Code(
    "SC631",
    "not a registry",
    """A registry is `ghcr`, `dockerhub`, `ecr`, or a host with a dot or a port, and perhaps a path in lower case, without a scheme.""",
)
REGISTRY_UNKNOWN = Code(
    "SC632",
    "the registry's account is unknown",
    """ghcr takes the owner from GITHUB_REPOSITORY or the git remote, dockerhub the user that is logged in, ecr AWS_ACCOUNT_ID and AWS_REGION.""",
)
DENIED = Code(
    "SC640",
    "the registry refused",
    """The registry wants other credentials, or its user may not push there. Trying again would change nothing.""",
)
NAME_REFUSED = Code(
    "SC641",
    "the registry does not take this name",
    """There is no such repository, or its name is not one for this registry. Some registries (ECR) want it to be created first.""",
)
REGISTRY_FULL = Code(
    "SC642",
    "the registry has no space left",
    """The registry, or this machine, is out of disk space or quota. Trying again would change nothing.""",
)
UNREACHABLE = Code(
    "SC643",
    "a transient failure",
    """The registry did not answer, or answered with an error of its own, several times in a row. The exit code is 75: the same command may work
later.""",
)
NO_TLS = Code(
    "SC644",
    "no TLS with the registry",
    """The registry speaks plain HTTP, or its certificate is not trusted by the engine. Engines use plain HTTP for loopback only.""",
)
PUSH_FAILED = Code(
    "SC645",
    "the image could not be pushed",
    """The engine or the registry failed in a way that is not known. Their own words are shown.""",
)
NO_IMAGE = Code(
    "SC650",
    "no such image",
    """Neither an engine here nor the registry in its name has this image.""",
)
OTHER_SPECS = Code(
    "SC651",
    "the image does not match this checkout",
    """The image was built from other specs, or from another commit, than those that are here.""",
    Severity.WARNING,
)
WRITES_TO_ROOT = Code(
    "SC652",
    "it writes where nothing can be written",
    """`build --trace-writes` ran the image once, as root, without a network, with a root that can be written, and the engine told what changed in
it. In production the root is read-only: there these writes fail.""",
    Severity.WARNING,
)
NOT_TRACED = Code(
    "SC653",
    "the image could not be run to see what it writes",
    """The engine did not start the container of `build --trace-writes`, or cannot run containers: buildah builds images only.""",
    Severity.WARNING,
)
CODES: tuple[Code, ...] = (
    NO_ENGINE, NOT_REPRODUCIBLE, NOT_ONE_PLATFORM, NOTHING_TO_BUILD, NO_SECRET, BAD_EPOCH, UNTOLD, BUILD_FAILED, NO_COMMIT, BAD_TAG, DIRTY,
    NOT_BUILT, STALE_IMAGE, NO_REGISTRY, BAD_REGISTRY, REGISTRY_UNKNOWN, DENIED, NAME_REFUSED, REGISTRY_FULL, UNREACHABLE, NO_TLS,
    PUSH_FAILED, NO_IMAGE, OTHER_SPECS, WRITES_TO_ROOT, NOT_TRACED,
)  # fmt: skip
