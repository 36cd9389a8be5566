"""How the data of a store is copied to a file, and brought back: shell that runs in a container of the store's own image.

``make`` writes ``$f.part`` and ``bring`` reads ``$f``, in the directory of the copies. ``$s`` is the store's host name and ``$p`` its password; the
store's own variables are there, too. No argument of a program ever holds the password.
"""

from __future__ import annotations

from speccompile.catalog.backing import told
from speccompile.record import record

DUMP, RESTORE, LIST = "dump", "restore", "list"
"""What the script is asked to do."""


@record()
class Dump:
    """Shell that makes a copy, and that brings one back."""

    make: str
    bring: str

    def script(self, password: str) -> str:
        """The whole script: ``dump``, ``list``, ``restore FILE`` or ``restore latest``; *password* is the variable of the store's password, ""
        where it has none.

        A copy has its name when it is complete, and older ones are deleted only then. A name is one of the directory's own files.
        """
        login = told(password) if password else "p="
        return "\n".join(
            (
                "set -eu; umask 077",
                'cd "$BACKUPS"; s="$BACKUP_OF"; set +u',
                f"{login}; set -u",
                'case "$1" in',
                f"{DUMP})",
                'f="$(date -u +%Y%m%dT%H%M%SZ).dump"',
                "trap 'rm -f \"$f.part\"' EXIT",
                self.make,
                'mv "$f.part" "$f"',
                'find . -maxdepth 1 -name "*.dump" -mmin "+$KEEP_MINUTES" -delete',
                'echo "$f"',
                ";;",
                f"{LIST}) ls -1 ;;",
                f"{RESTORE})",
                f'f="${{2:?which copy? see: {LIST}}}"',
                '[ "$f" != latest ] || f="$(ls -1 | grep "[.]dump$" | tail -n 1)"',
                'case "$f" in */*) exit 64 ;; esac',
                '[ -f "$f" ] || { echo "no such copy: $f" >&2; exit 66; }',
                self.bring,
                'echo "$f"',
                ";;",
                "*) exit 64 ;;",
                "esac",
                "",
            )
        )


POSTGRES = Dump(
    make='PGPASSWORD="$p" pg_dump -h "$s" -U "$POSTGRES_USER" -Fc -f "$f.part" "$POSTGRES_DB"',
    bring='PGPASSWORD="$p" pg_restore -h "$s" -U "$POSTGRES_USER" -d "$POSTGRES_DB" --clean --if-exists --single-transaction "$f"',
)
"""In PostgreSQL's own format, of one moment; what is there is replaced in one transaction (https://www.postgresql.org/docs/16/app-pgdump.html)."""

MYSQL = Dump(
    make='MYSQL_PWD="$p" mysqldump -h "$s" -u "$MYSQL_USER" --single-transaction --no-tablespaces --routines --triggers '
    '--set-gtid-purged=OFF "$MYSQL_DATABASE" > "$f.part"',
    bring='MYSQL_PWD="$p" mysql -h "$s" -u "$MYSQL_USER" "$MYSQL_DATABASE" < "$f"',
)
"""SQL, of one moment for InnoDB's tables (https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html); tables that a copy has are replaced."""

MARIADB = Dump(
    make='MYSQL_PWD="$p" mariadb-dump -h "$s" -u "$MARIADB_USER" --single-transaction --routines --triggers "$MARIADB_DATABASE" > "$f.part"',
    bring='MYSQL_PWD="$p" mariadb -h "$s" -u "$MARIADB_USER" "$MARIADB_DATABASE" < "$f"',
)
"""As MySQL's; the programs of that name are not in images from 11 on (https://mariadb.com/kb/en/mariadb-dump/)."""

_MONGO_LOGIN = (
    """printf 'password: "%s"\\n' "$(printf %s "$p" | sed 's/[\\\\"]/\\\\&/g')" > /tmp/login.yml; """
    """set -- "$f" ${p:+-u "$MONGO_INITDB_ROOT_USERNAME" --authenticationDatabase admin --config /tmp/login.yml}; f="$1"; shift"""
)
MONGODB = Dump(
    make=f'{_MONGO_LOGIN}; mongodump -h "$s" "$@" --gzip --archive="$f.part" -d "$MONGO_INITDB_DATABASE"',
    bring=f'{_MONGO_LOGIN}; mongorestore -h "$s" "$@" --gzip --archive="$f" --drop --nsInclude "$MONGO_INITDB_DATABASE.*"',
)
"""An archive; collections that a copy has are replaced (https://www.mongodb.com/docs/database-tools/mongodump/)."""


def redis(name: str) -> Dump:
    """A snapshot as replicas get it. It is brought back by making the store a replica of a server that has read the copy, for as long as that
    takes: a store with an append-only file would not look at a snapshot beside it (https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/).
    """
    ask = f'REDISCLI_AUTH="$p" {name}-cli -h "$s"'
    return Dump(
        make=f'{ask} --rdb "$f.part"',
        bring=f'h="$(hostname -i)"; {name}-server --port 6380 --bind "$h" --protected-mode no --save "" --dbfilename "$f" --daemonize yes > /dev/null'
        f'\nn=0; until [ "$({name}-cli -h "$h" -p 6380 ping)" = PONG ]; do n=$((n + 1)); [ $n -lt 60 ]; sleep 1; done'
        f'\n{ask} replicaof "$h" 6380; n=0'
        f'\nuntil {ask} info replication | grep -q "^master_link_status:up"; do n=$((n + 1)); [ $n -lt 600 ] || '
        f"{{ {ask} replicaof no one; exit 75; }}; sleep 1; done"
        f"\n{ask} replicaof no one",
    )


DUMPS: dict[str, Dump] = {
    "postgres": POSTGRES,
    "mysql": MYSQL,
    "mariadb": MARIADB,
    "mongodb": MONGODB,
    "redis": redis("redis"),
    "valkey": redis("valkey"),
}
"""By the kind of store. Of the others nobody has written down yet how they are copied while they run."""
