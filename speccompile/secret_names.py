"""Conventional names of files that hold secrets, in whatever case they are written.

The source tree's view judges files by them, and the ignore files are made of them, so that both mean the same.
Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

import re

# A star stands for any characters but a slash; a name of a directory stands for all that is below it.
SHAPES = (
    # environments
    ".env", ".env.*", "*.env", ".envrc", ".flaskenv",
    # passwords and tokens of clients
    ".netrc", "_netrc", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".htpasswd", "htpasswd", ".git-credentials", ".npmrc",
    ".pypirc", ".yarnrc.yml", ".vault-token", ".vault_pass*", ".s3cfg", ".boto", ".terraformrc", "terraform.rc", "rclone.conf",
    ".dockercfg", ".dockerconfigjson", "kubeconfig", "kubeconfig.*", "*.kubeconfig", "wp-config.php", ".*_history",
    # directories of clients
    ".aws", ".azure", ".config/gcloud", ".docker", ".gnupg", ".kube", ".ssh", ".terraform", ".gem/credentials",
    ".cargo/credentials", ".cargo/credentials.toml",
    # what programs are told
    "credentials", "credentials.json", "credentials.y*ml", "credentials.toml", "credentials.csv", "secrets", "secrets.json", "secrets.toml",
    "secrets.y*ml", "secret.json", "secret.y*ml", "client_secret*.json", "service-account*.json", "service_account*.json",
    "serviceaccount*.json", "*-firebase-adminsdk-*.json",
    # keys and their stores
    "*.key", "*.pem", "*.p8", "*.p12", "*.pfx", "*.pkcs12", "*.ppk", "*.jks", "*.keystore", "*.kdb", "*.kdbx", "*.agekey", "*.ovpn",
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*",
    # state with secrets in it
    "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", "db.sqlite3", "db.sqlite3-*",
)  # fmt: skip


def _expression(shape: str) -> str:
    return "[^/]*".join(re.escape(part) for part in shape.split("*"))


_SECRET = re.compile(rf"(?:.*/)?(?:{'|'.join(map(_expression, SHAPES))})(?:/.*)?", re.IGNORECASE | re.DOTALL)


def is_secret(path: str) -> bool:
    """Whether the name of a file, or of a directory above it, is one that secrets have by convention."""
    return _SECRET.fullmatch(path) is not None
