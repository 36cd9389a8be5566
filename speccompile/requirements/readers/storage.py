"""Where data is: stores, caches, queues, files, backups, retention, encryption at rest, migrations."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import (
    AtRest,
    Audit,
    Backup,
    Cache,
    Files,
    Migrate,
    Queue,
    Retention,
    Rotation,
    Scope,
    Store,
)
from speccompile.requirements.phrases import Phrase, words
from speccompile.requirements.quantities import DAY, HOUR
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "postgres postgresql mysql mariadb mongo mongodb redis valkey memcached rabbitmq nats kafka elasticsearch opensearch s3 minio clickhouse cassandra dynamodb sqlite database databases",
    "db cache caches cached queue queues queued broker dead-letter dlq persisted persist stored storage disk volume file files directory folder written writes reads read backup backups backed",
    "dump dumps snapshot snapshots kept keep keeps retained retention deleted purged removed encrypted encryption rest migration migrations migrate migrated schema audit rotated rotation",
    "search object bucket store stores data log logs records mysql sqlite3 sns sqs pulsar elastic output outputs artifacts artefacts certificates secrets credentials keys restart restarts survive survives",
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
    r"\b(?:stor(?:es?|ed|ing|age)|kept|keeps?|persist(?:s|ed|ent)?|sav(?:es?|ed)|liv(?:es?|ing)|held|holds?|written|writes?|wrote|served|serves?|index(?:es|ed)|backed|uses?|using|cach(?:es?|ed|ing)|reads?|"
    r"queued?|queues?|publish(?:es|ed)?|consum(?:es|ed)|process(?:es|ed)|deliver(?:s|ed)|sent|goes|go|put|placed|runs on|depends on|relies on|connects?|talks|search(?:es|ed)?|provided|loaded|load|loads|"
    r"exchanged|passed|handled|distributed|enqueued|recorded|replicated|source of truth|needs?|requires?|lands?|end up|ends up|rest(?:s)? in|dispatched|pushed|pulled|reported|upload(?:s|ed)?|exported|imported|inserted|appended|archived|streamed|loaded|fetched|come|comes)\b"
)
_WHERE = r"\b(?:in(?:to)?|by|with|on|to|from|through|via|over|of|uses?|using|at|needs?|requires?|a|an|the|against|and|as)(?: (?:a|an|the|our|its|one|shared|single|external|managed|hosted|central|dedicated|separate|real|primary))* \Z"
_AS_PRODUCT = Phrase(_WHERE)
_GENERIC_STORE = Phrase(
    r"\b(?:relational databases?|sql databases?|databases?|persistent storage|durable storage|data ?stores?)\b"
)
_GENERIC_CACHE = Phrase(r"\b(?:(?:shared|distributed|central|external) caches?|cache server|in an? cache)\b")
_GENERIC_QUEUE = Phrase(
    r"\b(?:message queues?|job queues?|task queues?|work queues?|message brokers?|event bus|an? queue|the queue|queue of (?:jobs|messages|tasks))\b"
)
_DEAD = Phrase(r"\b(?:dead[- ]?letter(?:s|ed)?(?: (?:queue|topic|exchange))?|dlq)\b")
_FAILS = Phrase(
    r"\bfail(?:s|ed|ing)?(?: to be \w+)?(?: more than| after)? (\d{1,3})|after (\d{1,3}) (?:failed |unsuccessful )?(?:attempts?|failures?|tries|retries|times)|(\d{1,3}) (?:failed |unsuccessful )?(?:attempts?|failures?|tries|retries|times)\b"
)
_DOMAIN_QUEUE = Phrase(r"\b(?:cinema|visitors?|patients?|waiting room|counter|passengers?|people|support|cashier)\b")
_ELSEWHERES = Phrase(
    r"\b(?:product|novel|museum|word|course|book|customers?' own|name is|called|tag(?:ged)? as|topic of|article|label)\b"
)
_BACKUP = Phrase(r"\b(?:back(?:ed|s)?[- ]?ups?|backup|dump(?:s|ed)|snapshots?(?: (?:is|are) taken)?|snapshotted)\b")
_INTERVALS: tuple[tuple[Phrase, float], ...] = (
    (Phrase(r"\b(?:hourly|(?:every|each|per|once an|1 times) (?:1 )?hour)\b"), HOUR),
    (Phrase(r"\b(?:2 times (?:a|1|per|each) day)\b"), 12 * HOUR),
    (
        Phrase(
            r"\b(?:daily|nightly|(?:every|each|per|once a|1 times) (?:1 )?(?:day|night|morning|evening)|at night|overnight|at midnight)\b"
        ),
        DAY,
    ),
    (
        Phrase(
            r"\b(?:weekly|(?:every|each|per|once a|1 times) (?:1 )?(?:week|sunday|monday|tuesday|wednesday|thursday|friday|saturday)|on (?:sundays|mondays|saturdays|fridays))\b"
        ),
        7 * DAY,
    ),
    (Phrase(r"\b(?:monthly|(?:every|each|per|once a|1 times) (?:1 )?month)\b"), 30 * DAY),
)
_EVERY = Phrase(r"\b(?:every|each)\s+\Z")
_KEPT = Phrase(
    r"\b(?:kept|keeps?|retain(?:s|ed)?|retention|stored|available|stays?|remains?|preserved|archived|held)\b|\b(?:deleted|purged|removed|dropped|erased|discarded|cleaned up|pruned|expired?|thrown away|rotated (?:out|away))\b"
)
_OLD = Phrase(
    r"\b(?:after|older than|for|of|past|beyond|over|more than|within|period|at least|at most|up to|is|than)\b"
)
_KINDS_KEPT: tuple[tuple[str, Phrase], ...] = (
    ("audit", Phrase(r"\baudit\w*\b")),
    ("backup", _BACKUP),
    (
        "logs",
        Phrase(
            r"\b(?:access |error |request |application |server )?logs?\b(?! ?in)|\blog (?:files?|lines?|entries|records)\b"
        ),
    ),
    ("metrics", Phrase(r"\bmetrics?\b")),
    (
        "files",
        Phrase(
            r"\b(?:output|result|export|temporary|temp|upload|uploaded|generated|intermediate|input|archive|report) ?(?:ed )?files?\b|\bfiles?\b(?= (?:under|in|are|of))|\b(?:exports?|outputs|artefacts|artifacts|dumps)\b"
        ),
    ),
    ("events", Phrase(r"\bevents?\b")),
    ("data", Phrase(r"\b(?:personal |customer |user |raw |session |historical )?data\b")),
    ("messages", Phrase(r"\bmessages\b")),
)
_NO_RETENTION = Phrase(
    r"\b(?:request|asks?|accounts?|trash|cart|users? (?:can|may)|restore|invoices?|orders?|password|links?|tokens?|sessions?|undo|memory|open|idle|websockets?|streams?|cached?|time[sd]? ?out|requests?|answered|locks?|connections?|drafts?|deletion)\b"
)
_FILE = Phrase(
    r"\b(?:writ(?:es?|ten|ing)|sav(?:es?|ed)|stor(?:es?|ed)|put|produc(?:es?|ed)|kept|output|outputs|lands?|creat(?:es?|ed)|export(?:s|ed)?|append(?:s|ed)?|dump(?:s|ed)?|upload(?:s|ed)?|placed|persist(?:s|ed)?)\b"
)
_FILE_READ = Phrase(
    r"\b(?:reads?|loaded|loads?|taken|picked up|picks up|input|imports?|imported|consumed?|scans?|watch(?:es)?|ingests?|mounted|finds?|expects?)\b"
)
_FILE_PATH = re.compile(
    r"(?<![\w/.:])((?:/(?:data|var|srv|mnt|app|opt|etc|tmp|home|usr|out|output|input|in|uploads?|media|storage|exports?|import|config|run|inbox|outbox|work|spool|share|files|backup|backups|log|logs|archive|models?|static|reports?|state|cache))(?:/[\w.*-]+)*/?)(?![\w])"
)
_FILE_WORDS = Phrase(r"\b(?:files?|directory|directories|folder|disk|volume|under|in|into|to|from|at)\b")
_SURVIVES = Phrase(
    r"\b(?:surviv\w+|outliv\w+|not lost|never lost|persist\w*|still there|remain\w*)\b[^.]{0,30}\b(?:restarts?|crash\w*|reboot\w*|redeploy\w*|power (?:loss|failure))\b|\b(?:persisted|durably stored|stored durably|saved to disk)\b"
)
_REST = Phrase(
    r"\bat[- ]rest\b|\bdisk encryption\b|\bencrypted (?:on disk|disks?|volumes?|storage|databases?|backups?)\b|\b(?:disks?|volumes?|storage|database|backups?) (?:is|are) (?:always )?encrypted\b|\bstored (?:only )?encrypted\b|\bencrypt\w* (?:before (?:it is|being|they are) )?(?:stored|written to disk)\b"
)
_MIGRATES = Phrase(r"\b(?:migrations?|migrat(?:es?|ed)|schema (?:changes?|updates?|upgrades?))\b")
_BEFORE_START = Phrase(
    r"\b(?:before|prior to|on|at|during|when|with|as part of|first|automatically|up to date|each|every)\b(?:[^.]{0,60})\b(?:starts?|started|startup|start-up|boots?|serv(?:es?|ing)|deploy\w*|releas\w*|version|traffic|rollout|requests?|traffic|launch\w*|comes up)\b|\bup to date\b"
)
_READY = Phrase(r"\b(?:readiness|ready|503|healthy|health)\b")
_ROTATES = Phrase(r"\b(?:rotat(?:es?|ed|ion)|renew(?:s|ed|al)?|replaced|changed|regenerated|reissued)\b")
_ROTATED: tuple[tuple[str, Phrase], ...] = (
    (
        "secrets",
        Phrase(
            r"\b(?:secrets?|credentials?|api keys?|signing keys?|encryption keys?|database passwords?|(?:service|db) passwords?|keys)\b"
        ),
    ),
    ("certificates", Phrase(r"\b(?:certificates?|certs?)\b")),
)
_AUDIT = Phrase(r"\baudit (?:log|trail|record|entry|entries|event)s?\b|\baudited\b|\baudit-log\b|\baudit logs?\b")
_ALTERED = Phrase(
    r"\b(?:append[- ]only|immutable|tamper\w*|never (?:be )?(?:altered|changed|deleted|modified|removed|edited|overwritten)|cannot be (?:altered|changed|deleted|modified|edited)|(?:must|may) not be (?:altered|changed|deleted|modified|edited)|write[- ]once|recorded|written|logged|leaves?|creates?|kept in|stored in|entered|in the audit)\b"
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of places for data."""
    yield from _backups(sentence)
    yield from _rotation(sentence)
    yield from _retention(sentence)
    yield from _products(sentence)
    yield from _files(sentence)
    if (rest := sentence.says(_REST)) and not sentence.mentions(Phrase(r"\b(?:tank|wine|river)\b")):
        yield sentence.reading(AtRest(), rest)
    yield from _migrations(sentence)
    yield from _audit(sentence)


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
            r"\b(?:stor(?:es?|ed)|persist(?:s|ed)?|kept|saved|uses?|needs?|requires?|written|lives?|held|recorded|durable|durably)\b"
        ).search(sentence.text)
        and sentence.subject.noun not in ("database", "museum", "book")
        and not sentence.mentions(_BACKUP)
    ):
        if not sentence.mentions(
            Phrase(
                r"\b(?:connection|pool|password|port|reachable|backup|admin|external|third|customers?'|in-memory|embedded)\b"
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
        r"\A(?: )(?:museum|novel|course|book|product|licen[cs]e|logo|user|tutorial|expert|training|certification|conference)\b"
    ).match(after):
        return None
    before = sentence.text[: match.start()]
    return (
        match
        if match.start() == 0
        or _AS_PRODUCT.search(before)
        or Phrase(r"\A(?: (?:holds?|stores?|is|serves?|keeps?|caches|queues|delivers|carries|backs|runs))\b").match(
            after
        )
        else None
    )


def _dead(sentence: Sentence) -> int | None:
    if not sentence.mentions(_DEAD):
        return None
    match = _FAILS.search(sentence.text)
    return int(next(filter(None, match.groups()))) if match else None


def _backups(sentence: Sentence) -> Readings:
    match = sentence.says(_BACKUP)
    if not match or not (
        sentence.of_system
        or sentence.subject.noun in ("order", "account", "balance", "snapshot", "dump")
        or sentence.mentions(Phrase(r"\bdatabase|\bdata\b|\bvolume"))
    ):
        return
    if sentence.mentions(
        Phrase(r"\b(?:camera|singer|goalkeeper|player|dancer|plan|quarterback|generator|email|e-mail)\b")
    ):
        return
    every: float | None = None
    found = [match]
    keep = None
    for phrase, seconds in _INTERVALS:
        if interval := sentence.mentions(phrase):
            every = seconds
            found.append(interval)
            break
    for time in sentence.durations:
        before = sentence.text[: time.begin]
        if _EVERY.search(before):
            every = time.seconds
        elif Phrase(
            r"\b(?:kept|keeps?|retain\w*|for|retention|older than|after|last|stored|available|deleted)\b"
        ).search(before):
            keep = time.seconds
    if (
        every is None
        and keep is None
        and not Phrase(
            r"\b(?:is|are|be|gets?|must be|has|have|regular\w*|automatic\w*|takes?|makes?) (?:\w+ )?(?:backed up|backups?|a backup|taken)\b|\bbacked up\b|\bbackups? (?:is|are)\b"
        ).search(sentence.text)
    ):
        return
    if (
        every is None
        and keep is not None
        and sentence.subject.noun not in ("backup", "snapshot", "dump", "copy")
        and "backed up" not in sentence.text
        and not Phrase(r"\bbackups?\b").search(sentence.text)
    ):
        return
    if Phrase(r"\b(?:restor\w+|tested|encrypted|off-?site)\b").search(sentence.text) and every is None and keep is None:
        return
    yield sentence.reading(Backup(every, keep), *found)


def _rotation(sentence: Sentence) -> Readings:
    rotates = sentence.says(_ROTATES)
    time = next(iter(sentence.durations), None)
    every = (
        time.seconds if time else next((seconds for phrase, seconds in _INTERVALS if sentence.mentions(phrase)), None)
    )
    if Phrase(r"\bquarterly\b|\bevery quarter\b").search(sentence.text):
        every = 90 * DAY
    if Phrase(r"\b(?:yearly|annually|(?:every|once a) (?:1 )?year|1 times 1 year)\b").search(sentence.text):
        every = 365 * DAY
    if not rotates or every is None:
        return
    for what, phrase in _ROTATED:
        if match := sentence.mentions(phrase):
            if sentence.of_system or sentence.subject.noun in (
                "key",
                "certificate",
                "credential",
                "we",
                "operator",
                "secret",
            ):
                yield sentence.reading(Rotation(what, every), match, rotates)
            return


def _retention(sentence: Sentence) -> Readings:
    kept, time = sentence.mentions(_KEPT), next(iter(sentence.durations), None)
    if not kept or time is None or sentence.mentions(_NO_RETENTION) or sentence.mentions(_BACKUP):
        return
    if not (
        sentence.of_system
        or sentence.subject.noun
        in ("event", "export", "metric", "artefact", "artifact", "file", "dump", "output", "report", "archive")
    ):
        return
    before = sentence.text[max(0, time.begin - 40) : time.begin]
    if not _OLD.search(before):
        return
    what = next((name for name, phrase in _KINDS_KEPT if sentence.mentions(phrase)), None)
    if what is None or what == "logs":
        return
    yield sentence.reading(Retention(what, time.seconds), kept, time)


def _files(sentence: Sentence) -> Readings:
    match = _FILE_PATH.search(sentence.written)
    if (
        not match
        or not sentence.mentions(_FILE_WORDS)
        or sentence.mentions(
            Phrase(r"\b(?:get|post|put|delete|endpoint|route|url|returns?|responds?|answers?|requests? to|probe)\b")
        )
    ):
        return
    if not (
        sentence.of_system
        or sentence.subject.noun
        in (
            "file",
            "export",
            "report",
            "output",
            "upload",
            "picture",
            "document",
            "result",
            "model",
            "input",
            "invoice",
            "image",
            "state",
            "data",
            "checkpoint",
            "certificate",
            "configuration",
        )
    ):
        return
    path = match[1].rstrip("/.") or match[1]
    write, read_ = sentence.mentions(_FILE), sentence.mentions(_FILE_READ)
    both = write and read_
    if both:
        place = match.start()
        reads = [m.start() for m in _FILE_READ.finditer(sentence.text) if m.start() < place]
        writes = [m.start() for m in _FILE.finditer(sentence.text) if m.start() < place]
        write = write if writes and (not reads or max(writes) >= max(reads)) else None
    if write or read_:
        yield sentence.reading(Files("write" if write else "read", path), write or read_ or match)
        for other in _FILE_PATH.finditer(sentence.written, match.end()):
            yield sentence.reading(
                Files(
                    "write"
                    if Phrase(r"\b(?:writ|sav|stor|produc|output|put)\w*[^.]*\Z").search(
                        sentence.text[match.end() : other.start()]
                    )
                    else "read",
                    other[1].rstrip("/."),
                ),
                write or read_ or match,
            )


def _migrations(sentence: Sentence) -> Readings:
    match = sentence.says(_MIGRATES)
    if (
        not match
        or not sentence.of_system
        or sentence.mentions(Phrase(r"\b(?:bird|herd|animal|user accounts?|customers?)\b"))
    ):
        return
    if (
        sentence.mentions(_BEFORE_START)
        and not (sentence.mentions(_READY) and sentence.paths)
        and sentence.mentions(
            Phrase(
                r"\b(?:run|runs|applied|apply|applies|executed?|performed|done|migrated|migrates|happen|up to date|complete[sd]?)\b"
            )
        )
    ):
        yield sentence.reading(Migrate(), match)


def _audit(sentence: Sentence) -> Readings:
    match = sentence.says(_AUDIT)
    if match and sentence.mentions(_ALTERED) and not sentence.durations:
        yield sentence.reading(Audit(), match)
