"""What becomes of each key of render.yaml."""

from __future__ import annotations

from speccompile.frontends.importers.keys import Keys

_BUILT_HERE = "how an image is built follows from the sources"
_CHECKOUT = "images are built from this checkout"
_BOOKKEEPING = "that is the platform's own bookkeeping"
_PLAN = (
    "it is a size of the platform's",
    "write `resources: {cpus: 0.5, memory: 512M}` below the service, with what it needs",
)
FILE = Keys(
    of="the file",
    carried={
        "services": "`services`",
        "databases": "stores",
        "envVarGroups": "`env` and `secrets` of the services that take them",
        "projects": "the services and stores of their environments",
    },
    needless={
        "previews": "a preview is no deployment",
        "version": _BOOKKEEPING,
        "previewsEnabled": "a preview is no deployment",
        "previewsExpireAfterDays": "a preview is no deployment",
        "ungrouped": _BOOKKEEPING,
    },
)
SERVICE = Keys(
    of="a service",
    carried={
        "name": "the name of the service",
        "type": "`role`; `uses` of `redis` and `keyvalue`; `routes: []` of what is private",
        "rootDir": "`path`",
        "dockerContext": "`path`",
        "startCommand": "`command`, where it needs no shell",
        "dockerCommand": "`command`, where it needs no shell",
        "preDeployCommand": "`release`",
        "healthCheckPath": "`health`",
        "domains": "the hosts of `routes`",
        "domain": "the host of `route`",
        "numInstances": "`replicas`",
        "envVars": "`env`, `needs`, and secrets by name",
        "schedule": "`schedule`",
        "disk": "`writable`, from `mountPath`",
        "image": "`image`, of a private service that is only pulled",
    },
    lost={
        "plan": _PLAN,
        "scaling": ("the number of copies does not follow the load", "write `replicas` below the service"),
        "routes": (
            "pages are served as their stack is",
            "look at `speccompile plan`; redirects are `route: {redirect: …}`",
        ),
        "headers": ("answers of pages are as their stack has them", "write `route: {headers: {…}}` below the service"),
        "initialDeployHook": ("nothing here runs at a first deployment alone", "run it by hand, once"),
        "ipAllowList": (
            "who reaches a store is who needs it",
            "write `route: {allow: [10.0.0.0/8]}` for a service that is reached from outside",
        ),
        "maxmemoryPolicy": (
            "a backing service is set up as the catalogue has it",
            "declare its image as a service of its own where that matters",
        ),
        "registryCredential": ("who may pull is said to the engine", "log in to the registry where it is deployed"),
    },
    needless={
        **dict.fromkeys(
            ("runtime", "env", "buildCommand", "dockerfilePath", "staticPublishPath", "buildFilter"), _BUILT_HERE
        ),
        **dict.fromkeys(("repo", "branch", "autoDeploy", "autoDeployTrigger"), _CHECKOUT),
        **dict.fromkeys(
            (
                "region",
                "previews",
                "pullRequestPreviewsEnabled",
                "previewPlan",
                "renderSubdomainPolicy",
                "maintenanceMode",
                "maxShutdownDelaySeconds",
            ),
            _BOOKKEEPING,
        ),
    },
)
DATABASE = Keys(
    of="a database",
    carried={
        "name": "the name of the store",
        "databaseName": "`database`",
        "user": "`user`",
        "postgresMajorVersion": "`version`",
    },
    lost={
        "plan": _PLAN,
        "diskSizeGB": ("volumes are as large as the disk", "nothing has to be done"),
        "readReplicas": (
            "a store runs once here",
            "write `external: true` below it, and let somebody run it who replicates it",
        ),
        "highAvailability": (
            "a store runs once here",
            "write `external: true` below it, and let somebody run it who replicates it",
        ),
        "ipAllowList": ("who reaches a store is who needs it", "nothing has to be done"),
    },
    needless=dict.fromkeys(("region", "previewPlan", "previewDiskSizeGB", "storageAutoscalingEnabled"), _BOOKKEEPING),
)
DISK = Keys(
    of="disk",
    carried={"mountPath": "`writable`"},
    lost={"sizeGB": ("volumes are as large as the disk", "watch how much room the disk has")},
    needless={"name": "a volume is called after the service and the directory"},
)
GROUP = Keys(
    of="envVarGroups",
    carried={"name": "what `fromGroup` calls it", "envVars": "`env`, secrets by name"},
)
REFERRED = Keys(
    of="fromDatabase, fromService",
    carried={
        "name": "`needs`",
        "property": "an address",
        "envVarKey": "the value of that variable; secrets by name",
    },
    needless={"type": "the name tells the service"},
)
VARIABLE = Keys(
    of="envVars",
    carried={
        **dict.fromkeys(("key", "value"), "`env`, secrets by name"),
        **dict.fromkeys(("generateValue", "sync"), "`secrets`"),
        **dict.fromkeys(("fromDatabase", "fromService"), "`needs`, and an address"),
        "fromGroup": "the variables of that group",
    },
    lost={},
    needless={"previewValue": "a preview is no deployment"},
)
