"""SC717–SC719, SC734: deployments to a cluster of Kubernetes."""

from __future__ import annotations

from speccompile.codes.code import Code

NO_SECRET = Code(
    "SC717",
    "a secret is not in the cluster",
    """Manifests refer to secrets of the namespace and hold no value of any. Pods whose secret, or a key of it, is not there do not start, so that nothing is
changed before they are there.""",
)
UNPUSHED = Code(
    "SC718",
    "no registry has an image that a cluster is to run",
    """The nodes of a cluster fetch images by their digests. A digest is a registry's: an image has none before it was pushed, and one whose name has no
registry is anybody's at Docker Hub.""",
)
TAKEN = Code(
    "SC719",
    "somebody else has set what is to be deployed",
    """Each field of an object in a cluster is of whoever set it last (Kubernetes, "Server-Side Apply"). One that a person or another program has set otherwise
than the specs say is not overwritten: what they meant by it would be lost without a word. Nothing is changed before that is settled.""",
)
NO_CONTEXT = Code(
    "SC734",
    "which cluster is meant is not said",
    """kubectl knows clusters by its contexts, and takes the current one where nobody names any: that of whoever deploys, just then. An environment that is
deployed to names its own.""",
)

CODES = (NO_SECRET, UNPUSHED, TAKEN, NO_CONTEXT)
