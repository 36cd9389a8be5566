"""Mailpit, its project's image: it takes mail by SMTP, keeps the last of it in memory, and delivers none. It stands where a mail server will stand;
that is named as ``external: true``. Nothing implies it (no client, no scheme, no SMTP_HOST): who sends mail does not want it caught. It takes any
user and password, as nobody's mail depends on them.

Not run here: from the image's documentation as remembered (github.com/axllent/mailpit, Dockerfile: one program at /mailpit, which can ask itself), to be
tried before production. Its pages are at port 8025, on an internal network.
"""

from __future__ import annotations

from speccompile.catalog.backing import SPRING, Backing, plain, scratch

BACKING = Backing(
    kind="mailpit",
    usual_name="mail",
    words=("mailpit", "mailhog"),
    generic=(),
    clients=(),
    schemes=(),
    own=("MAILPIT", "MAILHOG"),
    prefixes=("SMTP", "MAIL", "EMAIL", "MAILER", "SPRING_MAIL"),
    implied=((SPRING, ("SPRING_MAIL_HOST", "SPRING_MAIL_PORT")),),
    untried=True,
    oldest=1,
    version="1.27",
    tag="axllent/mailpit:v{version}",
    port=1025,
    user="1000:1000",
    data=None,
    scratch=(scratch("/tmp", size="128m"),),  # noqa: S108  # in the container
    command=(),
    environment=(
        ("MP_DISABLE_VERSION_CHECK", "true"),
        ("MP_MAX_MESSAGES", "500"),
        ("MP_SMTP_AUTH_ACCEPT_ANY", "true"),
        ("MP_SMTP_AUTH_ALLOW_INSECURE", "true"),
    ),
    login=None,
    protocol="tcp",
    url_variable="SMTP_URL",
    forms=(plain("smtp://{host}:1025"),),
    check=("/mailpit", "readyz"),
    start_period=10,
    memory=256 * 2**20,
    least=32 * 2**20,
    cpus=0.5,
    pids=64,
    stop_signal="SIGTERM",
    stop_grace=10,
)
