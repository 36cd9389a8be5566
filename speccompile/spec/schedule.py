"""When a job runs, and what becomes of a run of it."""

from pydantic import Field

from speccompile.spec.bindings.quantities import Lasting, Times, Zone
from speccompile.spec.cron import Cron
from speccompile.spec.model import SpecModel


class Schedule(SpecModel):
    """When a job runs; ``0 3 * * *`` alone is short for its ``cron``."""

    cron: Cron = Field(description="Five cron fields.", examples=["0 3 * * *"])
    zone: Zone | None = Field(
        None,
        description="The time zone that they are in, as IANA calls it. Without it: UTC in a cluster, elsewhere the zone of the host.",
        examples=["Europe/Berlin"],
    )
    deadline: Lasting | None = Field(None, description="After which time a run is ended.", examples=["2h"])
    retries: Times | None = Field(
        None, description="How often a run that failed is started again; 0 is never.", examples=[3]
    )
