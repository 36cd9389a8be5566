"""SC750 to SC759: deployments that nobody starts by hand, and those that nobody has recorded. SC752 is a rule."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NOT_BY_ITSELF = Code(
    "SC750",
    "an environment that a workflow cannot deploy to",
    """`by: github-actions` has the workflow end in `speccompile deploy NAME`. It runs on a machine that is gone afterwards: the environment must name machines
that ssh reaches, its images must be in a registry, and its releases must be recorded where the next run finds them, with credentials that the job has.""",
)
NO_WORKFLOW = Code(
    "SC751",
    "an environment that is deployed to by what is not generated",
    """`by` names a target of deploy.yaml, and its workflow deploys there. Where that target is not among `targets`, nothing does.""",
    Severity.WARNING,
)
NOT_RECORDED = Code(
    "SC753",
    "what was deployed is not recorded",
    """The deployment was made, and what became of each service is in the report; then the store of releases did not answer, or its disk was full. Until
it is recorded `status` compares with the release before, and `rollback` goes back to what was there before that one.""",
)

TORN = Code(
    "SC755",
    "a service that is in two versions",
    """Machines are deployed to stage by stage, and the first that fails is the last: those before it have the new version and keep it, the others run what
they ran. Nothing is recorded of a service before it is on all of them. Deploying again, once what failed is mended, brings the rest; `rollback --to` the last
release brings the first ones back.""",
)
BEHIND = Code(
    "SC756",
    "a host whose agent does not follow the last release",
    """What a host's agent wrote into the store after its last round, at a time of its own clock, is of another release than the last one, or says nothing of
a service that the release has for it. It may be about to ask; or it is away, cannot reach the store, or refuses what it reads, which its journal says. A
host that is gone for good is forgotten with `speccompile status --forget HOST`.""",
    Severity.WARNING,
)
CODES = (NOT_BY_ITSELF, NO_WORKFLOW, NOT_RECORDED, TORN, BEHIND)
