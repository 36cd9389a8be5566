"""Elasticsearch, Elastic's image, as one node without security, as OpenSearch is and for the same reasons.

Not run here: from the image's documentation as remembered (github.com/elastic/elasticsearch, distribution/docker: user 1000, bash, curl), to be
tried before production.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.catalog import opensearch
from speccompile.catalog.backing import HALF, SPRING, plain, scratch

_USER = "1000:1000"
_HOME = "/usr/share/elasticsearch"

BACKING = replace(
    opensearch.BACKING,
    kind="elasticsearch",
    usual_name="elasticsearch",
    words=("elasticsearch", "elastic search"),
    clients=(
        "@elastic/elasticsearch",
        "elasticsearch",
        "elasticsearch-dsl",
        "elastic-transport",
        "github.com/elastic/go-elasticsearch",
        "github.com/olivere/elastic",
        "elasticsearch-java",
        "elasticsearch-rest-client",
        "spring-boot-starter-data-elasticsearch",
        "elastic.clients.elasticsearch",
    ),
    schemes=("elasticsearch",),
    own=("ELASTICSEARCH", "ELASTIC"),
    prefixes=("ES", "SEARCH"),
    implied=((SPRING, ("SPRING_ELASTICSEARCH_URIS",)),),
    oldest=8,
    version="8.17.4",
    tag="docker.elastic.co/elasticsearch/elasticsearch:{version}",
    data=f"{_HOME}/data",
    scratch=(
        opensearch.memory("/tmp", size="128m"),  # noqa: S108  # in the container
        scratch(f"{_HOME}/logs", size="64m", owner=_USER),
    ),
    command=opensearch.command(_HOME, "elasticsearch", "-Expack.security.enabled=false -Enode.store.allow_mmap=false"),
    environment=(
        ("ES_JAVA_OPTS", f"-Xms{HALF}m -Xmx{HALF}m"),
        ("ES_PATH_CONF", "/tmp/config"),  # noqa: S108  # in the container
        ("ES_TMPDIR", "/tmp"),  # noqa: S108  # in the container
    ),
    url_variable="ELASTICSEARCH_URL",
    forms=(plain("http://{host}:9200"),),
)
