"""Whether a sentence that no reader reads seems to demand something of a deployment all the same."""

from __future__ import annotations

from speccompile.requirements.phrases import words
from speccompile.requirements.readers import is_of_a_part
from speccompile.requirements.sentence import Sentence
from speccompile.requirements.vocabulary import SYSTEM

# What nothing but a deployment has. Words that programs deal with too (files, keys, users, messages) are not among them.
_DEPLOYED = words(
    "containers?", "images? (?:is|are) (?:built|signed|scanned)", "deploy(?:s|ed|ments?)?", "roll(?:ed)? ?outs?", "replicas?", "pods?",
    "nodes?", "clusters?", "kubernetes", "docker", "podman", "swarm", "nginx", "reverse proxy", "load balanc(?:er|ed|ing)", "cpus?",
    "processors?", "memory", "ram", "swap", "gpus?", "disk space", "hosts?", "data ?cent(?:er|re)s?", "firewalls?", "subnets?", "vpc",
    "ports?", "dns", "tls", "certificates?", "mtls", "back(?:ed)? ?ups?", "snapshots?", "failover", "restart(?:s|ed)?", "cron",
    "volumes?", "mount(?:s|ed)?", "root privileges", "uptime", "autoscal(?:es?|ed|ing)", "throughput", "requests? per second",
    "concurrent requests?", "environment variables?", "log rotation", "sidecars?",
)  # fmt: skip


def is_unread(sentence: Sentence) -> bool:
    """Whether *sentence*, of which no reader made anything, is about this system as it runs, and has a bound or a word of deployments;
    or bounds something for a part of its callers, hours or requests alone."""
    if is_of_a_part(sentence):
        return True
    if not sentence.of_system:
        return False
    bounded = sentence.subject.noun in SYSTEM and bool(sentence.durations or sentence.sizes or sentence.shares)
    return bounded or sentence.mentions(_DEPLOYED) is not None
