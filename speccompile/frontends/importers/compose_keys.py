"""What becomes of each key of a compose file."""

from __future__ import annotations

from speccompile.frontends.importers.keys import Keys

_NETWORKS = "who reaches whom follows from `needs`"
_HARDENED = "every container is hardened in its own way"
FILE = Keys(
    of="the file",
    carried={"name": "`app`", "services": "`services`"},
    lost={
        "include": ("other files are not followed", "import each by itself, and put them together"),
        "configs": (
            "files are put into no container from outside",
            "have them in the project and name them in `include`",
        ),
        "secrets": (
            "the services that have them name them",
            "write their names below `secrets` of the service that reads them",
        ),
    },
    needless={
        "version": "compose itself does without it",
        "networks": _NETWORKS,
        "volumes": "volumes follow from `writable`, and from what stores keep",
    },
)
SERVICE = Keys(
    of="a service",
    carried={
        "build": "`path`, from `context` and `dockerfile`; `build.args`",
        "image": "`uses` and `version` for a store of the catalogue, else `image`; of what is built here nothing",
        "command": "`command`, where it needs no shell",
        "environment": "`env`; secrets by name; `database` and `user` of stores",
        "ports": "`port`, the first one in the container",
        "expose": "`port`",
        "depends_on": "`needs`; `role: job` for what others wait to end",
        "volumes": "`writable`, for volumes with a name",
        "healthcheck": "`health`, of a check that asks a path in HTTP; its times",
        "deploy": "`resources` from limits, `replicas`",
        "mem_limit": "`resources.memory`",
        "cpus": "`resources.cpus`",
        "scale": "`replicas`",
        "labels": "`labels`; routes, where Traefik reads them",
        "secrets": "`secrets`, in files",
        "extends": "what it takes from a service of the same file",
    },
    lost={
        "entrypoint": ("images have an entry point of their own", "write the whole `command` below the service"),
        "env_file": (
            "what stands in it is its operator's",
            "write plain settings as `env`, and the names of secrets below `secrets`",
        ),
        "profiles": (
            "what is for special occasions is no part of a deployment",
            "take the service out of deploy.yaml, or leave it",
        ),
        "user": (
            "services run as a user of their own, never as root",
            "write `user` below an image that wants another one",
        ),
        "configs": (
            "files are put into no container from outside",
            "have them in the project and name them in `include`",
        ),
        "network_mode": (
            "containers have networks of their own",
            "write `needs` for what it calls, or `beside` at an image that is to have the network of a service",
        ),
        "privileged": ("nothing here has the rights of the host", "let the program do without"),
        "cap_add": ("nothing here has the rights of the host", "let the program do without"),
        "devices": (
            "nothing here has devices of the host but graphics processors",
            "write `resources: {gpus: 1}` where these are meant",
        ),
        "extra_hosts": (
            "addresses are not carried over",
            "write them as `extra_hosts: {NAME: ADDRESS}` of the service, or `uses: external` with a `url` for what somebody else runs",
        ),
        "working_dir": ("programs start where their sources are", "write paths in `command` as seen from there"),
        "shm_size": ("shared memory is as large as the engine gives it", "let the program do with less"),
        "platform": (
            "images are built for the machines that run them",
            "name it with `speccompile build --platform linux/arm64`",
        ),
        "pid": ("containers have processes of their own", "let the program do without"),
        "stop_grace_period": (
            "how long a program has to end follows from its assertions",
            "assert “Ends within 60 seconds of SIGTERM”",
        ),
    },
    needless={
        **dict.fromkeys(("container_name", "hostname", "networks", "links", "aliases", "dns", "network"), _NETWORKS),
        **dict.fromkeys(
            ("restart", "logging", "init", "pull_policy", "stop_signal"), "that holds with everything that is generated"
        ),
        **dict.fromkeys(("cap_drop", "security_opt", "read_only", "tmpfs", "ulimits"), _HARDENED),
        **dict.fromkeys(("stdin_open", "tty", "develop", "attach"), "that is for people who work on the program"),
    },
)
BUILD = Keys(
    of="build",
    carried={"context": "`path`", "dockerfile": "`path`, where it lies further down", "args": "`build.args`"},
    needless=dict.fromkeys(
        ("target", "cache_from", "cache_to", "labels", "platforms", "tags", "network", "pull", "no_cache"),
        "how an image is built follows from the sources",
    ),
)
