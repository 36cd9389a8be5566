"""RabbitMQ, official image.

Since 3.9 the image refuses ``RABBITMQ_DEFAULT_PASS_FILE``, so the command reads the password, under another name and from a file where there is
one, and hands it to the server alone. The node's name is fixed: it names the directory of the data, and a container's own name changes when it is made anew.
``+Q`` keeps Erlang from sizing a table after the host's limit of open files, which can be a billion. The probe starts an Erlang machine of its own, so
it is asked less often and may take longer.
"""

from __future__ import annotations

from speccompile.catalog.backing import SPRING, Backing, Login, scratch, told, url

_USER = "999:999"

BACKING = Backing(
    kind="rabbitmq",
    usual_name="queue",
    words=("rabbitmq", "rabbit mq", "amqp"),
    generic=("message queues?", "message brokers?", "job queues?", "task queues?", "work queues?"),
    clients=(
        "amqplib",
        "bunny",
        "ext-amqp",
        "php-amqplib/php-amqplib",
        "sneakers",
        "amqp-connection-manager",
        "rascal",
        "pika",
        "aio-pika",
        "aiormq",
        "kombu",
        "github.com/rabbitmq/amqp091-go",
        "lapin",
        "amqp-client",
        "spring-boot-starter-amqp",
        "rabbitmq.client",
        "masstransit.rabbitmq",
        "amqp",
        "broadway_rabbitmq",
    ),
    schemes=("amqp", "amqps"),
    own=("RABBITMQ", "RABBIT", "AMQP", "SPRING_RABBITMQ"),
    prefixes=("BROKER", "CELERY", "CELERY_BROKER"),
    implied=(
        (
            SPRING,
            (
                "SPRING_RABBITMQ_HOST",
                "SPRING_RABBITMQ_PORT",
                "SPRING_RABBITMQ_USERNAME",
                "SPRING_RABBITMQ_PASSWORD",
                "SPRING_RABBITMQ_VIRTUAL_HOST",
            ),
        ),
    ),
    oldest=3,
    version="3.13",
    tag="rabbitmq:{version}",
    port=5672,
    user=_USER,
    data="/var/lib/rabbitmq",
    scratch=(scratch("/tmp", size="16m"), scratch("/var/log/rabbitmq", size="16m", owner=_USER)),  # noqa: S108  # in the container
    command=(
        "sh",
        "-c",
        f'{told("BROKER_PASSWORD")}; RABBITMQ_DEFAULT_PASS="$p" exec docker-entrypoint.sh rabbitmq-server',
    ),
    environment=(
        ("RABBITMQ_DEFAULT_USER", "{user}"),
        ("RABBITMQ_DEFAULT_VHOST", "{app}"),
        ("RABBITMQ_NODENAME", "rabbit@localhost"),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+Q 65536"),
    ),
    login=Login(variable="BROKER_PASSWORD", user="{user}"),
    protocol="rabbitmq",
    url_variable="AMQP_URL",
    forms=(url("amqp", "{host}:5672/{app}"),),
    check=("rabbitmq-diagnostics", "-q", "check_port_connectivity"),
    check_interval=15,
    check_timeout=10,
    start_period=60,
    memory=512 * 2**20,
    least=256 * 2**20,
    cpus=1.0,
    pids=512,
    stop_signal="SIGTERM",
    stop_grace=60,
)
