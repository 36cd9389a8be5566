"""The step of a release: a job that ends, before anything else of the new version is told."""

from __future__ import annotations

import time
from collections.abc import Callable

from speccompile.record import record
from speccompile.releases.kubernetes import seen
from speccompile.releases.kubernetes.conversation import Cluster
from speccompile.releases.kubernetes.documents import Document, key, workload

_GLANCE = 1.0
_LONGEST = 900.0


@record(kw_only=True)
class Stepping:
    """*pause* and *now* are the clock's."""

    cluster: Cluster
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def run(self, job: Document, ground: tuple[Document, ...]) -> tuple[str, str] | None:
        """Run *job*, which needs *ground*, to its end; None when it did what it should, else why not and the end of what it said. One that an
        earlier deployment has left running is waited for: two migrations at once are none. A job that failed stays for people to see, until the next run."""
        step = workload(job)
        left = self.cluster.jobs(step)
        for one in left:
            self._wait(step, one.key)
        self.cluster.end(one.key for one in left)
        self.cluster.apply((*ground, job))
        ended = self._wait(step, key(job))
        if ended is not None and ended.good:
            self.cluster.remove((ended.key,))
            return None
        why = ended.message if ended and ended.good is False else f"not done after {_LONGEST:.0f} seconds"
        pods = self.cluster.pods(step)
        return (seen.why(pods[-1]) if pods and pods[-1].ended else why), self.cluster.story(pods[-1]) if pods else ""

    def _wait(self, step: str, name: str) -> seen.Run | None:
        """The job *name* when it has ended, or when its time is up; None where it is gone."""
        deadline = self.now() + _LONGEST
        while True:
            found = next((one for one in self.cluster.jobs(step) if one.key == name), None)
            if found is None or found.good is not None or self.now() > deadline:
                return found
            self.pause(_GLANCE)
