"""Stores, caches and queues: products by name, or a sort of them in general."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.kinds import Cache, Queue, Store
from speccompile.requirements.phrases import words
from speccompile.requirements.readers.externals import FOREIGN
from speccompile.requirements.readers.keeping import BACKUP
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import SYSTEM

CUES = cues(
    "postgres postgresql postgis timescale timescaledb mysql mariadb mongo mongodb redis valkey memcached",
    "memcache rabbitmq rabbit amqp nats jetstream kafka elasticsearch elastic opensearch s3 minio clickhouse",
    "cassandra dynamodb sqlite sqlite3 sqs database databases datastore cache caches cached queue queues broker",
    "dead-letter dlq letter bus object bucket storage search open click store dynamo couchdb neo4j influxdb",
    "cockroachdb activemq pulsar survive survives surviving outlive outlives restart restarts reboot redeployment",
)

_STORES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
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
        ("couchdb", ("couchdb",)),
        ("neo4j", ("neo4j",)),
        ("influxdb", ("influx ?db",)),
        ("cockroachdb", ("cockroach ?db",)),
    )
)
_MAYBE_CACHE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("redis", words("redis")),
    ("valkey", words("valkey")),
    ("memcached", words("memcached?")),
)
_QUEUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("rabbitmq", words("rabbit ?mq", "amqp")),
    ("nats", words("nats", "jetstream")),
    ("kafka", words("kafka")),
    ("sqs", words("sqs")),
    ("activemq", words("active ?mq")),
    ("pulsar", words("apache pulsar")),
)
_USED = regex(
    r"->|=>|"
    r"\b(?:waits?|reach(?:es)?|arrives?|rely|stor(?:es?|ed|ing|age)|kept|keeps?|persist(?:s|ed|ent)?|sav(?:es?|ed)|liv(?:es?|ing)|held|holds?|written"
    r"|writes?|wrote|served|serves?|index(?:es|ed)|backed|use[sd]?|using|cach(?:es?|ed|ing)|reads?|"
    r"queued?|queues?|publish(?:es|ed|ing)?|consum(?:es?|ed|ing)|process(?:es|ed|ing)?|deliver(?:s|ed)?|sent|goes|go|put|placed"
    r"|runs on|depends on|relies on|connects?|talks|search(?:es|ed)?|provided|loaded|load|loads|"
    r"exchang\w+|communicat\w+|passed|handled|distribut\w+|subscrib\w+|enqueued|recorded|replicated|source of truth|system of record|needs?|requires?|lands?"
    r"|end up|ends up|rest(?:s)? in|dispatched|pushed|pulled|reported|upload(?:s|ed)?|exported|imported|inserted"
    r"|appended|archived|streamed|loaded|fetched|come|comes|survives?|powers|powered|fed|feeds|broadcast|receiv\w+|gets?|pulls?"
    r"|sits?|travels?|flows?|dead[- ]?lettered|emit(?:s|ted)?|produc(?:es?|ed)|forward(?:s|ed)?|relay(?:s|ed)?|announced?"
    r"|posted|answered|found|taken|buffered|batched|spooled|collected|tracked|mirrored|looked up|booked|drained|rendered|handed|moved|routed|parked|managed"
    r"|maintained|located|resides?|(?:is|are|was|were)(?: all| only)? (?:in|on)|restarts?|crash(?:es)?|goes down)\b"
)
_ARTICLES = (
    r"(?: (?:a|an|the|our|its|one|1|shared|single|external|managed|hosted|central|own|dedicated|separate|real|primary|local|embedded|amazon"
    r"|aws|google|azure))*"
)
_IN = r"(?:in(?:to)?|by|with|on|onto|to|from|out of|through|via|over|of|uses?|using|at|needs?|requires?|against|as|inside)"
_AS_PRODUCT = regex(rf"(?:->|=>) \Z|\b(?:put|use|run|operate|{_IN}|a|an|the|our|its|and|or){_ARTICLES} \Z")
_AS_STORE = regex(rf"\b{_IN}{_ARTICLES} \Z")
_DOES = regex(
    r"\A (?:holds?|stores?|is|serves?|keeps?|caches|queues|delivers|carries|backs|runs|restarts|crashes|fails|goes down|acts|provides)\b"
)
_OF_DOMAIN = regex(
    r"\A (?:museum|novel|course|book|product|licen[cs]e|logo|user|tutorial|expert|training|certification|conference|developer|administrator"
    r"|exam|workshop|community|consultant|skills?|lesson)\b"
)
_GENERIC_STORE = regex(
    r"\b(?:(?:relational |sql |document |graph |nosql |time[- ]series )?databases?|persistent storage|durable storage|data ?stores?)\b"
)
_GENERIC_CACHE = regex(
    r"\b(?:(?:shared|distribut\w+|subscrib\w+|central|external|in-memory) caches?|cache server|in an? cache)\b"
)
_GENERIC_QUEUE = regex(
    r"\b(?:message queues?|job queues?|task queues?|work queues?|message brokers?|event bus|an? queue|the queue"
    r"|queue of (?:jobs|messages|tasks))\b"
)
_ANY_QUEUE = frozenset(("a queue", "the queue", "an queue"))
_LENGTH_OF = regex(r"\b(?:length|depth|size|backlog) of \Z")
_QUEUED = regex(r"\b(?:jobs?|messages?|tasks?|events?|work(?:ers?)?|e-?mails?)\b")
_CACHING = regex(r"\bcach(?:e[sd]?|ing)\b")
_QUEUEING = regex(r"\bqueue[sd]?\b|\b(?:background|async\w*) (?:jobs|tasks|work)\b|\bbroker\b|\bpub/?sub\b")
_DEAD = regex(
    r"\b(?:dead[- ]?lettered|dead[- ]?letters? (?:queue|topic|exchange|channel)|(?:to|into|as) (?:the |an? )?dead[- ]?letters?(?! (?:office"
    r"|box|department))|dlq)\b"
)
# That messages could not be handled denies nothing of where they go.
_NO_DEAD = regex(
    r"\b(?:no|not|never|without)(?: (?:use|have|need|go to|any|an?|the|to)){0,3} dead[- ]?letter|\b(?:no|without) dlq\b"
)
_SYSTEM = "|".join(sorted(SYSTEM - {"we", "it", "everything"}))
_OF_SYSTEM = rf"of (?:the |this |our |its |a )?(?:[\w-]+ )?(?:{_SYSTEM})\b"
# Whatever outlives a restart of the system is kept somewhere.
_SURVIVES = regex(
    r"\b(?:surviv(?:es?|ing)|outliv(?:es?|ing)|(?:not|never)(?: be)? (?:lost|forgotten|gone)(?: \w+)?"
    r" (?:on|after|by|in|through|upon|during|when)) (?:(?:an?|the|any|every|each|all|1|our|this) )?"
    r"(?:(?:server|service|container|process|unexpected|application|api) )?"
    rf"(?:(?:restarts?|reboots?|redeploy(?:s|ments?)?|deployments?)\b(?! of\b)|(?:restarts?|reboots?|crash(?:es)?) {_OF_SYSTEM})"
)
_FAILS = regex(
    r"\bfail(?:s|ed|ing)?(?: to be \w+)?(?: more than| after)? (\d{1,3})|after (\d{1,3}) (?:failed "
    r"|unsuccessful |delivery )?(?:attempts?|failures?|tries|retries|times|deliver(?:y|ies))|(\d{1,3}) (?:failed |unsuccessful |delivery )?(?:attempts?"
    r"|failures?|tries|retries|times)\b"
)
_DOMAIN_QUEUE = regex(r"\b(?:cinema|visitors?|patients?|waiting room|counter|passengers?|people|support|cashier)\b")
_ELSEWHERE = regex(r"\b(?:(?:as|its|a) product\b|customers?' own|competitors?|whether|skills?\b|curriculum)\b")
# A product that is only spoken of: «a book about Kafka», «tagged as Redis».
_SPOKEN_OF = regex(
    r"\b(?:novels?|museum|words?|courses?|books?|articles?|labels?|named?|name is|called|tagged(?: as)?|tags?|topics?|about)\b[^,;.]{0,16}\Z"
)
_KEEPS = regex(
    r"\b(?:stor(?:es?|ed)|persist(?:s|ed)?|kept|saved|uses?|needs?|requires?|written|lives?|held|recorded"
    r"|durable|durably|survives?|keeps?|saves?)\b"
)
_OTHER_STORE = regex(
    r"\b(?:connection|pool|password|port|reachable|backup|admin|external|third|customers?'|in-memory"
    r"|embedded|encrypt\w*|migrat\w*|schema|only talks?|outbound)\b"
)
_VERSION = regex(
    r"(?:,? ?\(?(?:version|v\.?|in version|at least|>=?) ?| (?:server )?|:)v?(\d{1,2}(?:\.\d{1,2}){0,2})(?![\d.]*\d|[\w%])"
    r"(?! (?:times|percent|per|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|[kmgt]i?b|(?:[\w-]+ )?(?:instances?|replicas?|nodes?"
    r"|copies|connections?|databases|servers|shards?|partitions?|tables?|users?|clients?|failures?|attempts?))\b)"
)
_NO_USERS = frozenset("database museum book".split())


def read(sentence: Sentence) -> Readings:
    """The stores, caches and queues that *sentence* demands."""
    if sentence.mentions(_ELSEWHERE) or sentence.mentions(FOREIGN) or not sentence.mentions(_USED):
        return
    named = (*_stores(sentence), *_caches(sentence), *_queues(sentence))
    yield from named
    if not named:
        yield from _general(sentence)


def _stores(sentence: Sentence) -> Readings:
    for product, phrase in _STORES:
        if match := _named(sentence, phrase):
            yield sentence.reading(Store(product, _version(sentence, match)), match)


def _caches(sentence: Sentence) -> Readings:
    """What may be cache, queue or store: as the sentence says."""
    cache, queue = sentence.mentions(_CACHING), sentence.mentions(_QUEUEING)
    for product, phrase in _MAYBE_CACHE:
        if match := _named(sentence, phrase):
            version = _version(sentence, match)
            if queue and product != "memcached":
                yield sentence.reading(Queue(product, version=version), match)
            else:
                kind = Cache if cache or product == "memcached" else Store
                yield sentence.reading(kind(product, version), match)


def _queues(sentence: Sentence) -> Readings:
    named = [(product, match) for product, phrase in _QUEUES if (match := _named(sentence, phrase))]
    for product, match in named:
        yield sentence.reading(Queue(product, _dead(sentence), _version(sentence, match)), match)
    dead = sentence.mentions(_DEAD)
    if not named and dead and not sentence.mentions(_NO_DEAD):
        yield sentence.reading(Queue("", _dead(sentence)), dead)


def _general(sentence: Sentence) -> Readings:
    queue = sentence.says(_GENERIC_QUEUE)
    if queue and _is_of_messages(sentence, queue):
        yield sentence.reading(Queue(""), queue)
    cache = sentence.says(_GENERIC_CACHE)
    if cache and not sentence.subject.of:
        yield sentence.reading(Cache(""), cache)
    store = sentence.says(_GENERIC_STORE)
    if store and _is_kept_in(sentence, store):
        yield sentence.reading(Store(""), store)
    elif (
        not (store or queue or cache)
        and not (sentence.of_system or sentence.paths)
        and (survives := sentence.mentions(_SURVIVES))
    ):
        yield sentence.reading(Store(""), survives)


def _is_of_messages(sentence: Sentence, queue: re.Match[str]) -> bool:
    if (
        sentence.mentions(_DOMAIN_QUEUE)
        or _LENGTH_OF.search(sentence.text[: queue.start()])
        or not _AS_PRODUCT.search(sentence.text[: queue.start()])
    ):
        return False
    return queue[0] not in _ANY_QUEUE or sentence.mentions(_QUEUED) is not None


def _is_kept_in(sentence: Sentence, store: re.Match[str]) -> bool:
    if sentence.subject.noun in _NO_USERS or sentence.mentions(BACKUP) or sentence.mentions(_OTHER_STORE):
        return False
    return bool(sentence.mentions(_KEEPS) and _AS_STORE.search(sentence.text[: store.start()]))


def _named(sentence: Sentence, phrase: re.Pattern[str]) -> re.Match[str] | None:
    """Where *phrase* names what is used: after a preposition or as what does something, not denied, not before a noun of the domain."""
    match = sentence.says(phrase)
    if not match or _OF_DOMAIN.match(sentence.text[match.end() :]):
        return None
    if _SPOKEN_OF.search(sentence.text[: match.start()]):
        return None
    if match.start() == 0 or _AS_PRODUCT.search(sentence.text[: match.start()]):
        return match
    return match if _DOES.match(sentence.text[match.end() :]) else None


def _version(sentence: Sentence, product: re.Match[str]) -> str:
    """The version of *product* that stands behind its name: «PostgreSQL 16», «Redis version 7.2 or newer»."""
    found = _VERSION.match(sentence.text, product.end())
    return found[1] if found else ""


def _dead(sentence: Sentence) -> int | None:
    """After how many failures a message is put aside."""
    match = _FAILS.search(sentence.text) if sentence.mentions(_DEAD) else None
    return int(next(filter(None, match.groups()))) if match else None
