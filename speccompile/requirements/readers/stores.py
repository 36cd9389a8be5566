"""Stores, caches and queues: products by name, or a sort of them in general."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import (
    Cache,
    Queue,
    Store,
)
from speccompile.requirements.phrases import Phrase, words
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "postgres postgresql postgis timescale timescaledb mysql mariadb mongo mongodb redis valkey memcached",
    "memcache rabbitmq rabbit amqp nats jetstream kafka elasticsearch elastic opensearch s3 minio clickhouse",
    "cassandra dynamodb sqlite sqlite3 sqs database databases datastore cache caches cached queue queues broker",
    "dead-letter dlq letter bus object bucket storage search open click store dynamo",
)

_STORES: tuple[tuple[str, Phrase], ...] = tuple(
    (product, words(*names))
    for product, names in (
        ("postgres", ("postgres", "postgresql", "postgis", "timescale(?:db)?")),
        ("mysql", ("mysql",)),
        ("mariadb", ("mariadb",)),
        ("mongodb", ("mongo", "mongodb", "mongo db")),
        ("elasticsearch", ("elastic ?search",)),
        ("opensearch", ("open ?search",)),
        ("s3", ("s3", "minio", "object storage", "object store", "bucket storage")),
        ("clickhouse", ("click ?house",)),
        ("cassandra", ("cassandra",)),
        ("dynamodb", ("dynamo ?db",)),
        ("sqlite", ("sqlite3?",)),
    )
)
_MAYBE_CACHE: tuple[tuple[str, Phrase], ...] = (
    ("redis", words("redis")),
    ("valkey", words("valkey")),
    ("memcached", words("memcached?")),
)
_QUEUES: tuple[tuple[str, Phrase], ...] = (
    ("rabbitmq", words("rabbit ?mq", "amqp")),
    ("nats", words("nats", "jetstream")),
    ("kafka", words("kafka")),
    ("sqs", words("sqs")),
)
_USED = Phrase(
    r"\b(?:stor(?:es?|ed|ing|age)|kept|keeps?|persist(?:s|ed|ent)?|sav(?:es?|ed)|liv(?:es?|ing)|held|holds?|written"
    r"|writes?|wrote|served|serves?|index(?:es|ed)|backed|uses?|using|cach(?:es?|ed|ing)|reads?|"
    r"queued?|queues?|publish(?:es|ed)?|consum(?:es|ed)|process(?:es|ed)|deliver(?:s|ed)|sent|goes|go|put|placed"
    r"|runs on|depends on|relies on|connects?|talks|search(?:es|ed)?|provided|loaded|load|loads|"
    r"exchanged|passed|handled|distributed|enqueued|recorded|replicated|source of truth|needs?|requires?|lands?"
    r"|end up|ends up|rest(?:s)? in|dispatched|pushed|pulled|reported|upload(?:s|ed)?|exported|imported|inserted"
    r"|appended|archived|streamed|loaded|fetched|come|comes)\b"
)
_WHERE = (
    r"\b(?:in(?:to)?|by|with|on|to|from|through|via|over|of|uses?|using|at|needs?|requires?|a|an|the|against|and"
    r"|as)(?: (?:a|an|the|our|its|one|shared|single|external|managed|hosted|central|dedicated|separate|real"
    r"|primary))* \Z"
)
_AS_PRODUCT = Phrase(_WHERE)
_GENERIC_STORE = Phrase(
    r"\b(?:relational databases?|sql databases?|databases?|persistent storage|durable storage|data ?stores?)\b"
)
_GENERIC_CACHE = Phrase(r"\b(?:(?:shared|distributed|central|external) caches?|cache server|in an? cache)\b")
_GENERIC_QUEUE = Phrase(
    r"\b(?:message queues?|job queues?|task queues?|work queues?|message brokers?|event bus|an? queue|the queue"
    r"|queue of (?:jobs|messages|tasks))\b"
)
_DEAD = Phrase(r"\b(?:dead[- ]?letter(?:s|ed)?(?: (?:queue|topic|exchange))?|dlq)\b")
_FAILS = Phrase(
    r"\bfail(?:s|ed|ing)?(?: to be \w+)?(?: more than| after)? (\d{1,3})|after (\d{1,3}) (?:failed "
    r"|unsuccessful )?(?:attempts?|failures?|tries|retries|times)|(\d{1,3}) (?:failed |unsuccessful )?(?:attempts?"
    r"|failures?|tries|retries|times)\b"
)
_DOMAIN_QUEUE = Phrase(r"\b(?:cinema|visitors?|patients?|waiting room|counter|passengers?|people|support|cashier)\b")
_ELSEWHERES = Phrase(
    r"\b(?:product|novel|museum|word|course|book|customers?' own|name is|called|tag(?:ged)? as|topic of|article"
    r"|label)\b"
)
_BACKUP = Phrase(r"\b(?:back(?:ed|s)?[- ]?ups?|backup|dump(?:s|ed)|snapshots?(?: (?:is|are) taken)?|snapshotted)\b")


def read(sentence: Sentence) -> Readings:
    """The stores, caches and queues that *sentence* demands."""
    yield from _products(sentence)


def _products(sentence: Sentence) -> Readings:
    """Stores, caches and queues, by the names of products or in general."""
    if sentence.mentions(_ELSEWHERES) or not sentence.mentions(_USED):
        return
    for product, phrase in _STORES:
        if match := _named(sentence, phrase):
            yield sentence.reading(Store(product), match)
    cache = sentence.mentions(Phrase(r"\bcach(?:e[sd]?|ing)\b"))
    queue = sentence.mentions(
        Phrase(r"\bqueue[sd]?\b|\b(?:background|async\w*) (?:jobs|tasks|work)\b|\bbroker\b|\bpub/?sub\b")
    )
    for product, phrase in _MAYBE_CACHE:
        if match := _named(sentence, phrase):
            yield sentence.reading(
                Queue(product)
                if queue and product != "memcached"
                else Cache(product)
                if cache or product == "memcached"
                else Store(product),
                match,
            )
    queued = False
    for product, phrase in _QUEUES:
        if match := _named(sentence, phrase):
            queued = True
            yield sentence.reading(Queue(product, _dead(sentence)), match)
    dead = sentence.says(_DEAD)
    if dead and not queued:
        yield sentence.reading(Queue("", _dead(sentence)), dead)
    elif not queued and not any(_named(sentence, p) for _, p in _MAYBE_CACHE):
        yield from _general(sentence)


def _general(sentence: Sentence) -> Readings:
    generic = sentence.says(_GENERIC_QUEUE)
    if generic and not sentence.mentions(_DOMAIN_QUEUE) and _AS_PRODUCT.search(sentence.text[: generic.start()]):
        if generic[0] not in ("a queue", "the queue", "an queue") or sentence.mentions(
            Phrase(r"\b(?:jobs?|messages?|tasks?|events?|work(?:ers?)?|e-?mails?)\b")
        ):
            yield sentence.reading(Queue(""), generic)
    cache = sentence.says(_GENERIC_CACHE)
    if cache and sentence.subject.of in ("",):
        yield sentence.reading(Cache(""), cache)
    store = sentence.says(_GENERIC_STORE)
    if (
        store
        and not any(_named(sentence, p) for _, p in _STORES)
        and _AS_PRODUCT.search(sentence.text[: store.start()])
        and Phrase(
            r"\b(?:stor(?:es?|ed)|persist(?:s|ed)?|kept|saved|uses?|needs?|requires?|written|lives?|held|recorded"
            r"|durable|durably)\b"
        ).search(sentence.text)
        and sentence.subject.noun not in ("database", "museum", "book")
        and not sentence.mentions(_BACKUP)
    ) and not sentence.mentions(
        Phrase(
            r"\b(?:connection|pool|password|port|reachable|backup|admin|external|third|customers?'|in-memory"
            r"|embedded)\b"
        )
    ):
        yield sentence.reading(Store(""), store)


def _named(sentence: Sentence, phrase: Phrase) -> re.Match[str] | None:
    """Where *phrase* names what is used: after a preposition or as what does something, not denied, not a word before a noun of the domain."""
    match = sentence.says(phrase)
    if not match:
        return None
    after = sentence.text[match.end() :]
    if Phrase(
        r"\A(?: )(?:museum|novel|course|book|product|licen[cs]e|logo|user|tutorial|expert|training|certification"
        r"|conference)\b"
    ).match(after):
        return None
    before = sentence.text[: match.start()]
    return (
        match
        if match.start() == 0
        or _AS_PRODUCT.search(before)
        or Phrase(
            r"\A(?: (?:holds?|stores?|is|serves?|keeps?|caches|queues|delivers|carries|backs|runs|restarts|crashes|fails|is|goes down))\b"
        ).match(after)
        else None
    )


def _dead(sentence: Sentence) -> int | None:
    if not sentence.mentions(_DEAD):
        return None
    match = _FAILS.search(sentence.text)
    return int(next(filter(None, match.groups()))) if match else None
