"""What is done on a shared host, here or on another machine: two scripts for a POSIX shell, the same bytes for every project.

What they work on they get as arguments and on standard input; nothing is put into their text. A host looks like this::

    app-registry.json -> current/app-registry.json
    host.json                    the operator's, perhaps
    nginx.d/*.conf               the operator's, perhaps
    closed/OWNER.APP             the operator's, while an application is closed
    users/OWNER.APP.NAME         the operator's: who gets in to routes with basic_auth
    challenges/                  certbot's or lego's: their webroot
    certificates/HOST.pem        certbot's or lego's, with its key, which ``certified.sh`` puts there
    current -> generations/12    one link is what changes
    loaded  -> generations/12    what the running nginx has read
    generations/12/              nginx.conf, upstreams/, hosts/, app-registry.json, speccompile-nginx.service, digest

Whoever is killed leaves the link as it was, or as it is to be. Then the next who comes takes away what was not finished, and lets nginx read what it
has not.
"""

from __future__ import annotations

CLOSED = "closed"
"""The directory of the files OWNER.APP by which the operator closes routes."""
USERS = "users"
"""The directory of the files of users OWNER.APP.NAME, which are the operator's."""
CHALLENGES = "challenges"
"""The directory in which certbot or lego put what an authority asks for."""
CERTIFICATES = "certificates"
"""The directory of the files HOST.pem, each a certificate and its key; of a pattern ``*.HOST`` it is _.HOST.pem."""

_COMMON = """\
set -u
umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
root=$1
nginx=$2
"""

READ = (
    _COMMON
    + """\
say() { printf '%s ' "$1"; base64 | tr -d '\\n'; printf '\\n'; }
for program in flock tar gzip base64 "$nginx"; do
    command -v "$program" >/dev/null 2>&1 || printf '%s' "$program" | say lacks
done
"$nginx" -v 2>&1 | say version
now=$(readlink "$root/current" 2>/dev/null)
printf '%s' "$now" | say current
[ -n "$now" ] && cat "$root/$now/app-registry.json" | say registry
[ -n "$now" ] && cat "$root/$now/digest" | say digest
[ -e "$root/host.json" ] && say settings <"$root/host.json"
for file in "$root"/users/*; do [ -f "$file" ] && printf '%s\n' "${file##*/}"; done | say users
for file in "$root"/certificates/*.pem; do [ -f "$file" ] && printf '%s\n' "${file##*/}"; done | say certificates
sed -n 's/^nameserver[[:space:]]*//p' /etc/resolv.conf 2>/dev/null | say resolvers
exit 0
"""
)
"""Arguments: the host's directory, its nginx. Says what is there, a line each: a word, and base64."""

PUT = (
    _COMMON
    + """\
seen=$3
next=$4
runtime=$5
patience=$6
state=$7

ended() { printf '%s\\n' "$@"; exit 0; }

lead() { ln -s "$2" "$root/.$1.$$" && mv -T "$root/.$1.$$" "$root/$1"; }

master() {
    pid=$(cat "$runtime/nginx.pid" 2>/dev/null) || return 1
    case $(cat "/proc/${pid:-none}/comm" 2>/dev/null) in nginx*) ;; *) return 1 ;; esac
}

workers() { cat "/proc/$pid/task/$pid/children" 2>/dev/null; }

# Whether all who take new requests have read what is in force: the workers of before are at their last ones, and there are others.
taken() {
    fresh=
    for worker in $(workers); do
        case $before in
            *" $worker "*) grep -q 'shutting down' "/proc/$worker/cmdline" 2>/dev/null || return 1 ;;
            *) fresh=yes ;;
        esac
    done
    [ -n "$fresh" ]
}

# A master that cannot use what it reads goes on with its workers; one that can starts others.
reload() {
    before=" $(workers) "
    kill -HUP "$pid" || return 1
    [ "$before" != "  " ] || return 0
    tries=0
    until taken; do
        tries=$((tries + 1))
        [ "$tries" -lt "$patience" ] || return 1
        sleep 0.1
    done
}

[ -n "$next" ] || [ -d "$root/generations" ] || ended same
mkdir -p "$root/generations" "$root/nginx.d" "$root/closed" "$root/users" "$root/challenges" "$root/certificates" 2>/dev/null || ended unwritable
exec 9>>"$root/.lock" || ended unwritable
flock 9 || ended unwritable
now=$(readlink "$root/current" 2>/dev/null)
[ "$now" = "$seen" ] || ended changed
before_now=$(readlink "$root/before" 2>/dev/null)

if [ -z "$next" ]; then
    [ -n "$now" ] || ended same
    master || ended same stopped
    [ "$(readlink "$root/loaded" 2>/dev/null)" != "$now" ] || ended same
    reload 9>&- || ended same stayed
    lead loaded "$now"
    ended same reloaded
fi

for old in "$root"/generations/*; do
    case "generations/${old##*/}" in "$now" | "$before_now" | 'generations/*') ;; *) rm -rf "$old" ;; esac
done
rm -f "$root"/.current.* "$root"/.loaded.* "$root"/.before.*
new="$root/$next"
mkdir "$new" || ended unwritable
if ! base64 -d | gzip -d | tar -xf - -C "$new" || ! [ -f "$new/whole" ]; then
    rm -rf "$new"
    ended cut
fi
rm "$new/whole"
[ -z "$state" ] || mkdir -p "$state" || ended unwritable
made=
[ -d "$runtime" ] || { mkdir -p "$runtime" && made=yes; }
if ! said=$("$nginx" -e stderr -t -q -c "$new/nginx.conf" 2>&1 </dev/null 9>&-); then
    rm -rf "$new"
    [ -z "$made" ] || rm -rf "$runtime"
    ended refused "$said"
fi
[ -z "$made" ] || rm -rf "$runtime"
sync -f "$new" 2>/dev/null || sync
[ -L "$root/app-registry.json" ] || ln -s current/app-registry.json "$root/app-registry.json" || ended unwritable
[ -z "$now" ] || lead before "$now"
lead current "$next" || ended unwritable
master || ended put stopped
if reload 9>&-; then
    lead loaded "$next"
    ended put reloaded
fi
if [ -n "$now" ]; then lead current "$now"; else rm "$root/current"; fi
rm -rf "$new"
ended stayed
"""
)
"""Arguments: also the generation that was read ("" for none), the one to be ("" for the same), the directory for what nginx writes, the tenths of a
second for which a reload is waited for, the directory of what nginx keeps ("" for none). On standard input is the generation, as a compressed archive
in base64. Says what came of it: a word, and what goes with it."""
