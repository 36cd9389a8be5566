"""The engine of a cluster: argument vectors, as kubectl's reference says (kubernetes.io/docs/reference/kubectl; 1.31 and later).

The context and the namespace are said with every call, so that nothing follows from what somebody has chosen on this machine. No value of a parameter is an
argument: objects are read from our own end of a pipe. Words that come from specs are names in a closed grammar.
"""

from __future__ import annotations

from speccompile.images.commands import Command
from speccompile.record import record

MANAGER = "speccompile"
"""Whose the fields are that we set (kubernetes.io/docs/reference/using-api/server-side-apply)."""
PART, MANAGED = "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by"
NAME = "app.kubernetes.io/name"
KINDS = (
    "deployments.apps",
    "statefulsets.apps",
    "cronjobs.batch",
    "services",
    "networkpolicies.networking.k8s.io",
    "ingresses.networking.k8s.io",
    "poddisruptionbudgets.policy",
    "horizontalpodautoscalers.autoscaling",
    "persistentvolumeclaims",
    "serviceaccounts",
    "configmaps",
)
"""All that is asked for when it is asked what there is."""
_LINES = "20"
_KEYS = '{{range $key, $value := .data}}{{$key}}{{"\\n"}}{{end}}'


@record(kw_only=True)
class Kubectl:
    """How kubectl is called for the application ``app`` (its label) in a namespace of a context."""

    context: str
    namespace: str
    app: str

    def _command(self, *words: str) -> Command:
        return Command(("kubectl", f"--context={self.context}", f"--namespace={self.namespace}", *words))

    def ground(self) -> Command:
        """The namespace itself, as JSON; nothing where it is not there."""
        return self._command("get", "namespace", self.namespace, "--ignore-not-found", "--output=json")

    def objects(self) -> Command:
        """All that was deployed from here, as JSON, with whose each field is."""
        return self._listed(",".join(KINDS), f"{PART}={self.app},{MANAGED}={MANAGER}")

    def foreign(self) -> Command:
        """The same of all that says it is the application's, whoever made it."""
        return self._listed(",".join(KINDS), f"{PART}={self.app}")

    def pods(self, workload: str) -> Command:
        """The pods of a workload, as JSON."""
        return self._listed("pods", f"{PART}={self.app},{NAME}={workload}")

    def jobs(self, workload: str) -> Command:
        """The jobs of a step, as JSON."""
        return self._listed("jobs.batch", f"{PART}={self.app},{NAME}={workload}")

    def _listed(self, kinds: str, selector: str) -> Command:
        return self._command("get", kinds, f"--selector={selector}", "--show-managed-fields", "--output=json")

    def applied(self) -> Command:
        """Let the objects in its input be as they say, by the server's own merging, and nothing that others have set be lost."""
        return self._command("apply", "--server-side", f"--field-manager={MANAGER}", "--filename=-", "--output=name")

    def tried(self) -> Command:
        """The same, of which nothing is kept: what would be refused is refused."""
        return self._command(
            "apply",
            "--server-side",
            f"--field-manager={MANAGER}",
            "--dry-run=server",
            "--filename=-",
            "--output=name",
        )

    def rolled(self, kind: str, name: str, seconds: int) -> Command:
        """Wait until the roll-out of a workload has ended, for so many *seconds*."""
        return self._command("rollout", "status", f"{kind.lower()}/{name}", f"--timeout={seconds}s")

    def removed(self, names: tuple[str, ...]) -> Command:
        """Take objects away, named ``KIND/NAME``, and all that belongs to them."""
        return self._command("delete", "--ignore-not-found", "--wait=false", "--output=name", *names)

    def ended(self, names: tuple[str, ...]) -> Command:
        """The same, until they are gone."""
        return self._command(
            "delete", "--ignore-not-found", "--cascade=foreground", "--timeout=120s", "--output=name", *names
        )

    def logs(self, pod: str) -> Command:
        """The last lines of a pod's containers."""
        return self._command("logs", pod, "--all-containers", "--ignore-errors", f"--tail={_LINES}")

    def logs_before(self, pod: str, container: str) -> Command:
        """The last lines of a container before it was started again."""
        return self._command("logs", pod, f"--container={container}", "--previous", f"--tail={_LINES}")

    def events(self, pod: str) -> Command:
        """What the cluster says about a pod, as JSON."""
        return self._command("get", "events", f"--field-selector=involvedObject.name={pod}", "--output=json")

    def keys(self, secret: str) -> Command:
        """The keys of a secret, and none of its values."""
        return self._command("get", "secret", secret, "--ignore-not-found", f"--output=go-template={_KEYS}")
