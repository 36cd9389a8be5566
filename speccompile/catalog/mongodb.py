"""MongoDB, official image. No image to run it with was at hand when this was written: checked statically only.

The server of the entrypoint's set-up listens on 127.0.0.1 only, so the probe asks at the container's own name: it does not call it ready
too early. ``ping`` needs no login. The shell takes long to start, so it is asked less often and may take longer.
"""

from __future__ import annotations

from speccompile.catalog.backing import SPRING, Backing, Login, scratch, url

_USER = "999:999"

BACKING = Backing(
    kind="mongodb",
    usual_name="mongo",
    words=("mongodb", "mongo"),
    generic=("document databases?", "document stores?", "nosql databases?", "nosql"),
    clients=(
        "mongodb",
        "ext-mongodb",
        "mongoid",
        "mongoose",
        "pymongo",
        "motor",
        "mongoengine",
        "beanie",
        "go.mongodb.org/mongo-driver",
        "mongodb-driver-sync",
        "quarkus-mongodb-client",
        "spring-boot-starter-data-mongodb",
        "mongodb.driver",
        "mongodb.entityframeworkcore",
        "mongodb_driver",
    ),
    schemes=("mongodb",),
    own=("MONGO", "MONGODB", "SPRING_DATA_MONGODB"),
    prefixes=("DB", "DATABASE"),
    implied=((SPRING, ("SPRING_DATA_MONGODB_URI",)),),
    lasting=True,
    oldest=6,
    version="7.0",
    tag="mongo:{version}",
    port=27017,
    user=_USER,
    data="/data/db",
    scratch=(scratch("/tmp", size="64m"), scratch("/data/configdb", size="1m", owner=_USER)),  # noqa: S108  # in the container
    command=(),
    environment=(("MONGO_INITDB_DATABASE", "{app}"), ("MONGO_INITDB_ROOT_USERNAME", "{user}")),
    login=Login(variable="MONGO_INITDB_ROOT_PASSWORD", user="{user}"),
    protocol="mongodb",
    url_variable="MONGODB_URL",
    forms=(url("mongodb", "{host}:27017/{app}?authSource=admin"),),
    check=(
        "sh",
        "-c",
        'exec mongosh --norc --quiet --host "$(hostname)" --eval "quit(db.adminCommand(\'ping\').ok ? 0 : 1)"',
    ),
    check_interval=30,
    check_timeout=15,
    start_period=60,
    memory=1024 * 2**20,
    least=512 * 2**20,
    cpus=1.0,
    pids=1024,
    stop_signal="SIGTERM",
    stop_grace=60,
)
