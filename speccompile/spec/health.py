"""How deploy.yaml says that a server is asked whether it is well."""

from pydantic import Field

from speccompile.spec.model import SpecModel
from speccompile.spec.paths import UrlPath
from speccompile.spec.quantities import Retries, Seconds


class Health(SpecModel):
    """How a server is asked whether it is well; times in seconds, None where the compiler chooses."""

    live: UrlPath | None = Field(
        None,
        description="What the health module asks for, with GET, to learn whether the server lives.",
        examples=["/livez"],
    )
    ready: UrlPath | None = Field(
        None,
        description="What it asks for to learn whether the server is ready, which is also what engines with one check wait for; without it, "
        "the same.",
        examples=["/readyz"],
    )
    path: UrlPath | None = Field(None, description="The older name of `live`; not beside it.", examples=["/healthz"])
    interval: Seconds | None = Field(None, description="The time between two probes.", examples=["15s"])
    timeout: Seconds | None = Field(None, description="How long a probe waits for its answer.", examples=["3s"])
    start_period: Seconds | None = Field(
        None, description="How long a service may take to start before failing probes count.", examples=["40s"]
    )
    retries: Retries | None = Field(None, description="How many probes in a row make it unhealthy.", examples=[5])
