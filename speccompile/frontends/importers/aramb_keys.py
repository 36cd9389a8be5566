"""What becomes of each key of aramb.toml."""

from __future__ import annotations

from speccompile.frontends.importers.keys import Keys

_BOOKKEEPING = "that is the platform's own bookkeeping"
FILE = Keys(
    of="the file",
    carried={"application": "`app`", "project": "`app`, where no application is named", "services": "`services`"},
    needless={
        "environment": "which environment a deployment is for is said when it is deployed",
        "config_status": _BOOKKEEPING,
    },
)
APPLICATION = Keys(
    of="application, project",
    carried={"name": "`app`"},
    needless=dict.fromkeys(
        ("uniqueIdentifier", "id", "slug", "project", "projectId", "description", "tags"), _BOOKKEEPING
    ),
)
SERVICE = Keys(
    of="a service",
    carried={
        "name": "the name of the service",
        "type": "`uses` for a store; a service that is built for `backend` and `frontend`; the `path` of the one that refers to it for `build`",
        "configuration": "what is below it",
        "settings": "what is below it",
        "vars": "`env`, references resolved; `database` and `user` of stores",
        "secrets": "`secrets`, by name",
        "build": "`path`",
        "uniqueIdentifier": "what references call it",
        "id": "what references call it",
        "slug": "what references call it",
    },
    needless=dict.fromkeys(
        ("application", "applicationId", "applicationID", "description", "generated", "tags"),
        _BOOKKEEPING,
    ),
)
CONFIGURATION = Keys(
    of="configuration",
    carried={
        "settings": "what is below it",
        "vars": "`env`, references resolved; `database` and `user` of stores",
        "secrets": "`secrets`, by name",
    },
)
PAIR = Keys(
    of="vars, secrets",
    carried={"key": "the name of the variable", "value": "its value; never one of a secret"},
    needless=dict.fromkeys(("id", "uniqueIdentifier", "description"), _BOOKKEEPING),
)
_LIMIT = (
    "the file does not say in which unit it counts",
    "write `resources: {cpus: 0.5, memory: 512M}` below the service, with what it needs",
)
SETTINGS = Keys(
    of="settings",
    carried={
        "image": "the `path` of a build that it refers to; the `version` of a store; else `image`",
        "staticPath": "the `path` of the build that it refers to",
        "commandPort": "`port`",
        "command_port": "`port`",
        "publicNet": "`route`, or `routes: []` for a service that is not public",
        "public_net": "`route`, or `routes: []` for a service that is not public",
        "cmd": "`command`, where it needs no shell and installs nothing",
        "health_checks": "`health` and `port`",
        "regions": "`replicas` of a single region",
        "buildPath": "`path` of the service that runs it",
    },
    lost={"cpu": _LIMIT, "memory": _LIMIT},
    needless={
        **dict.fromkeys(
            ("repoUrl", "targetBranches", "installationId", "privateBuild"), "images are built from this checkout"
        ),
        "run_as_root": "nothing here runs as root, and stores run as their own user",
        "restart_policy": "servers are started again whenever they end",
        "deployment_timeout": "how long a start may take follows from the health check",
    },
)
CHECK = Keys(
    of="health_checks",
    carried={
        "path": "`health.path`",
        "port": "`port`",
        "initial_delay_seconds": "`health.start_period`",
        "period_seconds": "`health.interval`",
        "timeout_seconds": "`health.timeout`",
        "failure_threshold": "`health.retries`",
    },
    needless=dict.fromkeys(
        ("scheme", "type", "success_threshold"),
        "a server is asked in the protocol that it speaks, and one answer is enough",
    ),
)
REGION = Keys(
    of="regions",
    carried={"replicas": "`replicas` of a single region"},
    needless={"region": "where machines are is said when they are deployed to"},
)
BUILT_FROM = Keys(
    of="build",
    carried={"context": "`path`"},
    needless={
        **dict.fromkeys(("dockerfile", "static_out", "framework"), "how an image is built follows from the sources"),
    },
)
OF_STORES = {
    **dict.fromkeys(("commandPort", "command_port"), "a backing service listens where the catalogue has it"),
    **dict.fromkeys(("publicNet", "public_net"), "nobody reaches a backing service from outside"),
    "health_checks": "a backing service is asked as the catalogue has it",
    "regions": "a backing service runs once, beside those that need it",
}
"""What of the settings of a service is of no use for a store, and why nothing is lost."""
KEYS = (FILE, APPLICATION, SERVICE, CONFIGURATION, PAIR, SETTINGS, CHECK, REGION, BUILT_FROM)
