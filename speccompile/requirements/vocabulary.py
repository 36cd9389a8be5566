"""The words by which sentences speak of a system as it runs, and of nothing else."""

from __future__ import annotations

# Nouns that are the system, whatever stands before them («the billing service»).
SYSTEM = frozenset(
    """
    service server system tool command utility cli application app backend api apis daemon microservice process program container pod
    deployment image webapp website site worker software component endpoint platform proxy frontend webserver
    binary executable runtime instance replica workload stack scheduler importer exporter dispatcher poller
    listener crawler indexer mailer bot agent consumer producer gateway jvm router controller middleware watcher notifier renderer
    converter loader fetcher collector aggregator sender portal it we everything
    """.split()
)
# Nouns that are a job as it runs: in a pipeline they are the system, too.
RUN = frozenset(
    """
    run job export import sync synchronisation synchronization pipeline batch execution etl ingest ingestion
    task load extraction transformation report backup replication crawl scrape aggregation indexing reindex
    cleanup clean-up tidy-up roll-up re-index processing reindexing importing exporting loading syncing reconciliation housekeeping archiving
    recalculation scoring
    enrichment deduplication conversion rebuild refresh purge backfill settlement valuation rollup extract harvest digest computation calculation
    """.split()
)
# Nouns of traffic: the system's own, unless a word of the domain stands before them («a taxi request»).
TRAFFIC = frozenset(
    """
    request response answer call query connection traffic client caller upload download payload body websocket socket sse stream
    session
    """.split()
)
# Nouns of what a system has, and of what it makes.
PARTS = frozenset(
    """
    memory ram cpu core cpus processor usage consumption footprint heap filesystem disk storage log logs logging
    trace metric metrics secret credential certificate cert database data datastore schema migration port header
    cookie file directory folder volume cache queue message event instance replica thread restart crash shutdown
    startup environment configuration config timezone clock zone network internet egress ingress route path host
    hostname region backup dump snapshot user root rights right privilege capability limit quota timeout latency
    throughput availability uptime downtime load state token key password checkpoint interruption failure probe
    healthcheck health liveness readiness scaling rate assets asset origin origins browser page http https tls
    ssl communication deployment rollout release audit trail entry record retention copy version process line
    level millicore millicpu vcpus vcpu hsts autoscaling progress retry tz content output rootfs
    """.split()
)
# What runs beside the system and stores for it.
BACKING = frozenset(
    "database datastore db postgres postgresql mysql mariadb mongodb redis valkey store broker rabbitmq kafka elasticsearch".split()
)
# What may stand before a noun of traffic or of parts without making it one of the domain.
PLAIN = frozenset(
    """
    http https api rest grpc graphql web websocket websockets tcp tls get post put patch delete incoming inbound
    external internal public single client clients user users individual concurrent simultaneous parallel open silent
    active idle slow long running in-flight pending outstanding queued new existing persistent keep-alive server
    service system application app container process program job run pipeline background failed interrupted
    aborted crashed total peak maximum max minimum average overall resident virtual main physical working
    environment configuration runtime access error audit json structured database data db sql file files upload
    uploads download static production live primary default local regular full scheduled nightly daily weekly
    monthly hourly time request requests response body multipart form http/2 unauthenticated anonymous
    authenticated remote network outgoing outbound customer personal sensitive stored persisted read write
    health liveness readiness status cpu memory ram heap disk worker operating linux search login sign-in signin
    authentication auth logout registration payment checkout order product admin report image video document
    avatar profile photo media attachment csv security encryption signing private secret tls/ssl ssl x.509 root
    temporary temp output input result message dead-letter previous last next second first other same whole
    entire own event server-sent streaming push graceful clean orderly graphql sse such plain unencrypted insecure cross-origin maximal
    and or any all every each individual unprivileged high low expensive heavy malformed large small late further invalid valid
    webhook callback form sign-up signup sign-ups plain-text clear-text plaintext cleartext hot raw generated uploaded signed our your median mean
    dormant spare standby handling processing answering serving typical best worst ongoing operational technical
    old inactive unused further second intermediate hard soft upper lower absolute side count counts another additional
    """.split()
)
# Nouns that are the system where it is «the»: «a dispatcher» and «an agent» are people.
PEOPLE = frozenset("agent dispatcher consumer producer collector controller sender bot loader crawler".split())
DETERMINERS = frozenset(
    """
    a an the this that these those its our their any every each all no some only both either neither such
    another most many several at least most more than up to fewer less exactly about always never ever not also there
    single one just mb gb kb mib gib kib tb bytes megabytes gigabytes
    """.split()
)
# Nouns that measure another: «1 gigabyte of memory», «the number of instances».
MEASURES = frozenset(
    """
    % percent cent nine nines out half third quarter number amount size total copy most maximum minimum majority share
    rest gigabyte megabyte kilobyte byte gb mb kb gib
    mib kib minute second hour day week month year lack loss millicore millicpu vcpu step
    """.split()
)
# Verbs that end the subject of a sentence.
VERBS = frozenset(
    """
    is are was were carries carry includes include produces ensures allow be been being must may can could shall should
    will would has have had does do did cannot can't won't mustn't doesn't isn't aren't shouldn't don't
    needs need gets get never always takes take uses use consumes consume makes make serves serve listens listen
    accepts accept keeps keep stays stay waits wait expires expire allows allow responds respond answers answer
    handles handle starts start stops stop sends send reads read stores store returns return exposes expose
    requires require remains remain lasts last holds hold lives live exits exit drains drain finishes finish
    continues continue resumes resume retries retry rejects reject refuses refuse supports support scales scale
    exceeds exceed terminates terminate shuts shut goes go comes come connects connect contacts contact talks
    talk reaches reach publishes publish survives survive happens happen occurs occur fails fail works work
    appears appear contains contain fits fit times time runs run logs log writes write receives receive
    completes complete ends end begins begin restarts restart recovers recover operates operate executes execute
    overlaps overlap closes close drops drop opens open sees see weighs costs equals belongs lists relies
    depends hits brings bring lets let offers provides provide emits emit reports report produces saves save persists persist caches leaves
    leave enters enter encrypts calls call talks binds bind processes process enforces enforce limits limit
    throttles denies deny redirects redirect ships rotates rotate ignores ignore exports export imports import
    syncs sync pulls pull fetches fetch picks pick gives give loses lose tolerates tolerate caps cap crashes
    crash dies die autoscales autoscale grows grow shrinks shrink kicks kick polls poll purges purge replaces replace skips skip applies
    apply deletes delete removes remove validates validate authenticates authenticate moves move retains retain asks ask scrapes scrape
    probes re-runs reruns adds add amounts conserves backs falls fall signs obtains obtain shares forwards forward cancels cancel aborts abort
    compresses expects expect depend relies rely exceeding
    prevents prevent protects protect ensures ensure supplies tells tell knows know watches watch loads scans scan
    creates create generates generate updates refreshes refresh collects
    aggregates crawls resides reside becomes become belong prefers believes wants want copes cope
    promises promise guarantees guarantee targets commits commit aims aim forwards relays relay sits sit travels travel
    changes passes migrates migrate gives receives tries try follows follow
    """.split()
)
# Words that a subject may begin with as a verb: «Runs every night», «Listens on port 80».
PREPOSITIONS = frozenset(
    """
    of in on at from with for to by under over per whose that which who during within between without via
    beside alongside inside behind through against after before than into across behind until when while where as beyond above below
    """.split()
)
# Who runs systems that are not this one, and what is said of such a system.
OTHERS = frozenset(
    """
    partner supplier vendor provider customer recipient sender buyer seller patient student client's visitor member owner user bank carrier courier
    authority agency manufacturer insurer retailer merchant
    union association federation broadcaster
    competitor government ministry contractor subsidiary company team department tenant school hospital
    """.split()
)
ELSEWHERE = frozenset(
    """
    their his her third-party upstream legacy supplier vendor partner foreign android ios iphone ipad smartphone mobile competitor predecessor
    """.split()
)
# Those of them that are whole companies: what these do themselves is none of this system's.
COMPANIES = frozenset(
    """
    partner supplier vendor provider bank carrier courier authority agency manufacturer insurer retailer merchant competitor government
    ministry contractor subsidiary
    """.split()
)
