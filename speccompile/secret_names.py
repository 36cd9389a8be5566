"""Conventional names of files that hold secrets, in whatever case they are written.

The source tree's view judges files by them, and the ignore files are made of them, so that both mean the same.
Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

import re

from speccompile.regex import regex

# A star stands for any characters but a slash; a name of a directory stands for all that is below it.
SHAPES = (
    # environments
    ".env", ".env.*", ".env~", "*.env", "env.local", "env.dev", "env.prod", "env.production", "env.staging",
    ".dev.vars", ".dev.vars.*", ".envrc", ".flaskenv",
    # passwords and tokens of clients
    ".netrc", "_netrc", "netrc", ".pgpass", "pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".pgpass.*", ".htpasswd", "htpasswd",
    "htpasswd.*", "*.htpasswd", ".passwd", ".passwd-*", ".htdigest", ".git-credentials",
    "git-credentials", ".gitconfig", ".npmrc", ".pypirc", ".yarnrc.yml", ".condarc", ".curlrc", ".wgetrc", ".msmtprc", ".fetchmailrc", ".ftpconfig", ".ftppass",
    "sftp-config.json", "sitemanager.xml", "filezilla.xml", "winscp.ini", ".vault-token", "*vault_pass*", "*vault-pass*", ".s3cfg", ".boto", ".terraformrc",
    "terraform.rc", "rclone.conf", ".dockercfg", ".dockerconfigjson", "kubeconfig", "kubeconfig.*", "kubeconfig-*", "*.kubeconfig", "wp-config.php",
    "settings-security.xml", "local.settings.json", "*.publishsettings", "*.pubxml.user", "*.postman_environment.json", "http-client.private.env.json",
    "application_default_credentials.json", "token.pickle", "gha-creds-*.json", "google-services.json", "googleservice-info.plist", ".erlang.cookie",
    "chap-secrets", ".ngrok.yml", ".ftp-deploy*", ".remote-sync.json",
    # what shells, editors and browsers remember
    ".*_history", ".histfile", ".lesshst", ".viminfo", "cookies.txt", "cookies.sqlite", "key3.db", "key4.db", ".idea", ".vs", ".vscode",
    # directories of clients
    ".aws", ".azure", ".bitcoin", ".config/gcloud", ".config/gh",
    ".docker", ".gnupg", ".heroku", ".kube", ".m2/settings.xml", ".netlify", ".oci", ".pulumi", ".ssh",
    ".terraform", ".gem/credentials", ".cargo/credentials", ".cargo/credentials.toml",
    # what programs are told
    "credentials", "credentials.json", "credentials.y*ml", "credentials.toml", "credentials.csv", "secrets", "secrets.json", "secrets.toml", "secrets.txt",
    "secrets.y*ml", "secret", "secret.json", "secret.txt", "secret.y*ml", "password", "password.txt", "passwords.txt", "passphrase", "passphrase.txt", ".token",
    "token.txt", "apikey.txt", "api_key.txt", "api-key.txt", "client_secret*.json", "service-account*.json", "service_account*.json",
    "serviceaccount*.json", "*-firebase-adminsdk-*.json", "firebase-adminsdk*.json", "gcp-key*.json", "gcloud-key*.json", "vault.json",
    "keystore.properties", "signing.properties",
    # keys and their stores
    "*.key", "*.pem", "*.p8", "*.pk8", "*.p12", "*.pfx", "*.pkcs12", "*.ppk", "*.jks", "*.keystore", "*.bks", "*.bcfks", "*.jceks", "wallet.dat",
    "*.keychain", "*.keychain-db", "*.keyring", "*.keytab",
    "*.kdb", "*.kdbx", "*.sso", "*.agekey", "*.ovpn", "secring.*", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*",
    # state and recordings with secrets in them
    "*.tfstate", "*.tfstate.*", "*.tfplan", "*.tfvars", "*.tfvars.json", "db.sqlite3", "db.sqlite3-*", "*.rdb", "*.aof", "*.har", "*.hprof", "*.heapsnapshot",
    "*.pcap", "*.pcapng", "dump.sql", "dump.sql.*", "backup.sql", "backup.sql.*", "*.dump", "*.sql.bz2",
    "*.sql.gz", "*.sql.xz", "*.sql.zip", "*.sql.zst", "prod.db", "prod.sqlite*", "production.db", "production.sqlite*", "development.sqlite*",
    "backup*.tar*", "backup*.tgz", "backup*.zip", "*backup.tar*", "*backup.tgz", "*backup.zip",
    # copies of what was there before, whatever it is
    "*.bak", "*.bak.*", "*.backup", "*.old", "*.orig", "*.save", "*.swp", "*.swo", "*~",
)  # fmt: skip


def _expression(shape: str) -> str:
    return "[^/]*".join(re.escape(part) for part in shape.split("*"))


_SECRET = regex(rf"(?:.*/)?(?:{'|'.join(map(_expression, SHAPES))})(?:/.*)?", re.IGNORECASE | re.DOTALL)


def is_secret(path: str) -> bool:
    """Whether the name of a file, or of a directory above it, is one that secrets have by convention."""
    return _SECRET.fullmatch(path) is not None
