"""A binding: what deploy.yaml decides about one assertion.

The kinds, their fields and their units are those of ``requirements.kinds`` (a test compares them), as a binding says what a reader would
have said. This module has no business with what is made of them.
"""

from typing import Annotated, Any

from pydantic import Field

from speccompile.spec.bindings import keeping, process, traffic
from speccompile.spec.bindings.short import Bare, OneOrMore, Short, Yes
from speccompile.spec.model import SpecModel
from speccompile.spec.names import Day, Filled, TestName, Unread

_EXAMPLE_ORIGINS = ["https://shop.example.com"]


class Binding(SpecModel):
    """What is decided about one assertion, beside its sentence."""

    waive: Filled | None = Field(
        None, description="Why nothing that is generated has to hold the assertion.", examples=["the archive keeps it"]
    )
    until: Day | None = Field(
        None, description="The last day on which `waive` holds; `check` tells when it is over.", examples=["2027-06-30"]
    )
    ignore: tuple[Unread, ...] = Field(
        (),
        description="What was read from the sentence and is not meant: kinds as they are called here, or rules (SC311); SC393 where "
        "nothing is demanded of a deployment.",
        examples=[["SC311"]],
    )
    because: Filled | None = Field(
        None, description="Why that is not meant.", examples=["the customers' own databases are meant"]
    )
    evidence: Annotated[tuple[TestName, ...], OneOrMore()] = Field(
        (),
        description="The tests that show it: a file of the project, and the name of a test in it behind two colons.",
        examples=[["tests/test_pages.py::test_p95"]],
    )
    store: Annotated[keeping.Store, Short("product"), Bare()] | None = Field(
        None, description="It demands data that outlives the process.", examples=["postgres"]
    )
    cache: Annotated[keeping.Cache, Short("product"), Bare()] | None = Field(
        None, description="It demands data that is kept near and may be lost.", examples=["redis"]
    )
    queue: Annotated[keeping.Queue, Short("product"), Bare()] | None = Field(
        None, description="It demands messages that wait.", examples=["rabbitmq"]
    )
    external: Annotated[keeping.External, Short("name")] | None = Field(
        None, description="It demands something that somebody else runs.", examples=["stripe"]
    )
    files: Annotated[keeping.Files, Short("path")] | None = Field(
        None, description="It demands files.", examples=["/data/uploads"]
    )
    secret: Annotated[keeping.Secret, Short("name")] | None = Field(
        None, description="It demands a value that only the program may know.", examples=["signing-key"]
    )
    atrest: Yes | None = Field(
        None, description="It demands that what is stored is encrypted where it lies.", examples=[True]
    )
    backup: Annotated[keeping.Backup, Short("every")] | None = Field(
        None, description="It demands copies of the data.", examples=[{"every": "1d", "keep": "14d"}]
    )
    retention: keeping.Retention | None = Field(
        None,
        description="It demands that something is kept for a time, and then deleted.",
        examples=[{"what": "orders", "seconds": "365d"}],
    )
    migrate: Yes | None = Field(
        None,
        description="It demands that the database's schema is current before a new version serves.",
        examples=[True],
    )
    rotation: keeping.Rotation | None = Field(
        None, description="It demands that something is replaced.", examples=[{"what": "secrets", "every": "90d"}]
    )
    deadline: Annotated[traffic.Deadline, Short("seconds")] | None = Field(
        None, description="It bounds how long a request may take.", examples=["45s"]
    )
    objective: Annotated[traffic.Objective, Short("seconds")] | None = Field(
        None,
        description="It says how fast most requests are answered.",
        examples=[{"percentile": 95, "seconds": "200ms"}],
    )
    rate: traffic.Rate | None = Field(
        None, description="It bounds how many requests come in a time.", examples=[{"count": 30, "per": "m"}]
    )
    connections: Annotated[traffic.Connections, Short("count")] | None = Field(
        None, description="It bounds how many connections there are at once.", examples=[100]
    )
    body: Annotated[traffic.Body, Short("bytes")] | None = Field(
        None, description="It bounds the body of a request.", examples=["8MiB"]
    )
    idle: Annotated[traffic.Idle, Short("seconds")] | None = Field(
        None, description="It says when a connection is closed over which nothing goes.", examples=["90s"]
    )
    transport: Annotated[traffic.Transport, Short("version"), Bare()] | None = Field(
        None, description="It demands TLS between clients and the front door.", examples=["1.2"]
    )
    origins: Annotated[traffic.Origins, Short("allow")] | None = Field(
        None, description="It says whose pages may call the system (CORS).", examples=[_EXAMPLE_ORIGINS]
    )
    cachecontrol: traffic.CacheControl | None = Field(
        None, description="It says how long answers may be kept.", examples=[{"what": "images", "seconds": "1h"}]
    )
    port: Annotated[traffic.Port, Short("number")] | None = Field(
        None, description="It says where the program listens.", examples=[4000]
    )
    private: Annotated[traffic.Private, Short("networks"), Bare()] | None = Field(
        None, description="It says that not everybody may reach the system.", examples=[True]
    )
    egress: Annotated[traffic.Egress, Short("allow")] | None = Field(
        None, description="It says that the program may connect to nothing outside, but for some hosts.", examples=[[]]
    )
    schedule: Annotated[process.Schedule, Short("cron")] | None = Field(
        None, description="It says when a job runs.", examples=["0 4 * * *"]
    )
    rundeadline: Annotated[process.RunDeadline, Short("seconds")] | None = Field(
        None, description="It bounds how long a run takes.", examples=["2h"]
    )
    retries: Annotated[process.Retries, Short("count")] | None = Field(
        None, description="It says how often a run that failed is started again.", examples=[3]
    )
    overlap: Annotated[process.Overlap, Short("policy")] | None = Field(
        None, description="It says what happens when a run is due before the last one has ended.", examples=["skip"]
    )
    resume: Yes | None = Field(
        None, description="It demands that an interrupted run goes on where it stopped.", examples=[True]
    )
    memory: Annotated[process.Memory, Short("bytes")] | None = Field(
        None, description="It bounds the memory.", examples=["256M"]
    )
    cpu: Annotated[process.Cpu, Short("cpus")] | None = Field(
        None, description="It bounds the processors.", examples=[2]
    )
    replicas: Annotated[process.Replicas, Short("least", "most")] | None = Field(
        None, description="It says how many instances run.", examples=[{"least": 2}]
    )
    availability: Annotated[process.Availability, Short("percent"), Bare()] | None = Field(
        None, description="It says in which share of time the system answers.", examples=[99.9]
    )
    scale: Annotated[process.Scale, Bare()] | None = Field(
        None, description="It says that the load decides how many instances run.", examples=[{"least": 2, "most": 10}]
    )
    exclusive: Annotated[process.Exclusive, Bare()] | None = Field(
        None, description="It says that there are never two at once.", examples=[True]
    )
    health: Annotated[process.Health, Short("path")] | None = Field(
        None, description="It promises a path that tells whether the program is well.", examples=["/livez"]
    )
    drain: Annotated[process.Drain, Short("seconds"), Bare()] | None = Field(
        None, description="It demands that what is in flight is finished on a request to stop.", examples=["90s"]
    )
    restart: Annotated[process.Restart, Short("seconds"), Bare()] | None = Field(
        None, description="It demands that a process that died is started again.", examples=[True]
    )
    metrics: Annotated[process.Metrics, Short("path"), Bare()] | None = Field(
        None, description="It promises numbers about the program.", examples=["/metrics"]
    )
    logskept: Annotated[process.LogsKept, Short("seconds"), Bare()] | None = Field(
        None, description="It says how logs are written and kept.", examples=[{"format": "json", "seconds": "30d"}]
    )
    audit: Yes | None = Field(
        None, description="It demands a record of who did what that nobody can alter.", examples=[True]
    )
    unprivileged: Yes | None = Field(None, description="It says that the process is no superuser.", examples=[True])
    readonly: Yes | None = Field(
        None, description="It says that the file system of the process cannot be written to.", examples=[True]
    )
    timezone: Annotated[process.TimeZone, Short("name")] | None = Field(
        None, description="It says which zone the process's clock has.", examples=["Europe/Berlin"]
    )
    platform: process.Platform | None = Field(
        None, description="It says what the program runs on.", examples=[{"runtime": "node", "version": "22"}]
    )

    @property
    def demands(self) -> tuple[tuple[str, Any], ...]:
        """The kinds that the assertion is bound to, each with what is said of it."""
        return tuple((kind, said) for kind in KINDS if (said := getattr(self, kind)) is not None)


DECISIONS = ("waive", "until", "ignore", "because", "evidence")
"""The keys of a binding that are no kinds."""
KINDS = tuple(name for name in Binding.model_fields if name not in DECISIONS)
"""The kinds that an assertion can be bound to."""
