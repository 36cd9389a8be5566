"""Apache Kafka, its project's image, as one node that is broker and controller (KRaft). No password: it is on an internal network that nothing
outside of the project reaches.

Not run here: from the image's documentation as remembered (github.com/apache/kafka, docker/jvm: user 1000 by ``adduser`` of Alpine, bash), to be
tried before production. The start-up writes the settings that it reads from variables to /opt/kafka/config, a file system in memory.
A broker is told by its own name, under which clients come back.
The probe asks for the versions of the API, and starts a Java for that: it is asked less often and may take longer.
"""

from __future__ import annotations

from speccompile.catalog.backing import HALF, SPRING, Backing, plain, scratch

_USER = "1000:1000"

BACKING = Backing(
    kind="kafka",
    usual_name="kafka",
    words=("kafka",),
    generic=(),
    clients=(
        "kafkajs",
        "node-rdkafka",
        "@confluentinc/kafka-javascript",
        "kafka-python",
        "kafka-python-ng",
        "confluent-kafka",
        "aiokafka",
        "faust-streaming",
        "github.com/segmentio/kafka-go",
        "github.com/ibm/sarama",
        "github.com/shopify/sarama",
        "github.com/twmb/franz-go",
        "github.com/confluentinc/confluent-kafka-go",
        "rdkafka",
        "kafka-clients",
        "spring-kafka",
        "confluent.kafka",
        "masstransit.kafka",
        "brod",
        "kaffe",
        "broadway_kafka",
    ),
    schemes=("kafka",),
    own=("KAFKA", "SPRING_KAFKA"),
    prefixes=("BOOTSTRAP", "BROKER"),
    implied=((("spring-kafka", *SPRING), ("SPRING_KAFKA_BOOTSTRAP_SERVERS",)),),
    untried=True,
    oldest=3,
    version="3.9.0",
    tag="apache/kafka:{version}",
    port=9092,
    user=_USER,
    data="/var/lib/kafka/data",
    scratch=(
        scratch("/tmp", size="64m"),  # noqa: S108  # in the container
        scratch("/opt/kafka/config", size="4m", owner=_USER),
    ),
    command=(),
    environment=(
        ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://{host}:9092"),
        ("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
        ("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093"),
        ("KAFKA_HEAP_OPTS", f"-Xms{HALF}m -Xmx{HALF}m"),
        ("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://localhost:9093"),
        ("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"),
        ("KAFKA_LOG_DIRS", "/var/lib/kafka/data"),
        ("KAFKA_NODE_ID", "1"),
        ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
        ("KAFKA_PROCESS_ROLES", "broker,controller"),
        ("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
        ("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
        ("LOG_DIR", "/tmp/logs"),  # noqa: S108  # in the container
    ),
    login=None,
    protocol="tcp",
    url_variable="KAFKA_BROKERS",
    forms=(plain("{host}:9092"),),
    check=(
        "bash",
        "-c",
        'KAFKA_HEAP_OPTS=-Xmx128m exec /opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server "$(hostname):9092" > /dev/null',
    ),
    check_interval=30,
    check_timeout=20,
    start_period=60,
    memory=1024 * 2**20,
    least=512 * 2**20,
    cpus=1.0,
    pids=1024,
    stop_signal="SIGTERM",
    stop_grace=60,
)
