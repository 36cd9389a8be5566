"""Every script of deploy.yml, by name: bash, as a runner starts it (``-eo pipefail``). None holds an expression, or a word of a spec or a tree."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.plan.workflow import CHECKOUT

Lines = tuple[str, ...]

_ELSEWHERE = ' --output "$OUTPUT"'
_BUILD = (
    'set -- build "$SERVICE" --platform "$PLATFORM" --tag "$TAG" --registry "$REGISTRY" --push --format json',
    'speccompile "$@" > "$RUNNER_TEMP/pushed.json" || { cat "$RUNNER_TEMP/pushed.json"; exit 1; }',
    'jq --exit-status --raw-output .pushes[0].reference "$RUNNER_TEMP/pushed.json"',
)
_SECRETS = 'for name in $BUILD_SECRETS; do set -- "$@" --secret "id=$name,env=$name"; done'

# One artifact is put into the directory itself, several each into a directory of its name (actions/download-artifact, src/download-artifact.ts).
_ONE = (
    'reference="$(jq --exit-status --raw-output .pushes[0].reference "$RUNNER_TEMP/pushed/pushed.json")"',
    'echo "name=${reference%@*}" >> "$GITHUB_OUTPUT"',
    'echo "digest=${reference#*@}" >> "$GITHUB_OUTPUT"',
)
_JOIN = (
    'mapfile -t references < <(jq --exit-status --raw-output .pushes[0].reference "$RUNNER_TEMP"/pushed/*/pushed.json)',
    'repository="${references[0]%@*}"',
    'set -- --tag "$repository:$GITHUB_SHA"',
    'for name in $(jq --raw-output ".pushes[0].images[]" "$RUNNER_TEMP"/pushed/*/pushed.json | sort --unique); do',
    '  case "${name##*:}" in "$GITHUB_SHA"-*) ;; *) set -- "$@" --tag "$name" ;; esac',
    "done",
    'docker buildx imagetools create "$@" "${references[@]}"',
    'digest="$(docker buildx imagetools inspect "$repository:$GITHUB_SHA" --format "{{json .Manifest}}" | jq --exit-status --raw-output .digest)"',
    'echo "name=$repository" >> "$GITHUB_OUTPUT"',
    'echo "digest=$digest" >> "$GITHUB_OUTPUT"',
)
_SAY = (
    "{",
    '  echo "TAG=$GITHUB_SHA"',
    '  for slot in $SLOTS; do echo "$slot=${!slot#sha256:}"; done',
    '} | tee "$RUNNER_TEMP/images.env"',
    'sed "s/^/    /" "$RUNNER_TEMP/images.env" >> "$GITHUB_STEP_SUMMARY"',
)
# Keys of any kind are read under this name (ssh_config(5), IdentityFile).
_KNOW = (
    "umask 077",
    'mkdir -p "$HOME/.ssh"',
    'printenv SSH_KEY > "$HOME/.ssh/id_ed25519"',
    'printenv SSH_KNOWN_HOSTS > "$HOME/.ssh/known_hosts"',
)
# Compose reads the environment before the file of values (docs.docker.com/compose/how-tos/environment-variables/envvars-precedence).
_VALUES = (
    "umask 077",
    'if [ ! -e "$VALUES_FILE" ]; then',
    '  mkdir -p "$(dirname "$VALUES_FILE")"',
    '  printenv VALUES > "$VALUES_FILE"',
    "fi",
    'mapfile -t images < "$RUNNER_TEMP/images.env"',
    'export "${images[@]}"',
)
_DEPLOY = 'speccompile deploy "$ENVIRONMENT" --wait'
_LOG_IN = (
    'printenv REGISTRY_PASSWORD | docker login "$REGISTRY_HOST" --username "$REGISTRY_USERNAME" --password-stdin',
)
# The AWS CLI takes the role by itself where the environment names a file with the identity (AWS CLI user guide, "web identity").
_LOG_IN_AT_AWS = (
    "umask 077",
    'export AWS_WEB_IDENTITY_TOKEN_FILE="$RUNNER_TEMP/identity"',
    'curl --fail --silent --show-error --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\',
    '  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" \\',
    '  | jq --exit-status --join-output .value > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
    'aws ecr get-login-password | docker login "$REGISTRY_HOST" --username AWS --password-stdin',
)
# The runtime comes out of the image that the service is built on: tests run on what the image is made with.
_TAKE = (
    'mkdir -p "$HOME/.local/bin"',
    'docker cp "$(docker create "$IMAGE"):$PROGRAM" "$HOME/.local/bin/"',
    'echo "$HOME/.local/bin" >> "$GITHUB_PATH"',
)
_DEPENDENCIES: Mapping[str, Lines] = {
    "bun.lock": ("bun install --frozen-lockfile",),
    "bun.lockb": ("bun install --frozen-lockfile",),
    "package-lock.json": ("npm ci",),
    "npm-shrinkwrap.json": ("npm ci",),
    "pnpm-lock.yaml": ("corepack enable", "pnpm install --frozen-lockfile"),
    "yarn.lock": ("corepack enable", "yarn install --frozen-lockfile"),
    "uv.lock": ("uv sync --frozen",),
    "poetry.lock": ("poetry install --no-interaction",),
    "pdm.lock": ("pdm install --frozen-lockfile",),
    "Pipfile.lock": ("pipenv install --deploy --dev",),
    "requirements.txt": (
        "python3 -m venv .venv",
        'echo "*" > .venv/.gitignore',
        'for file in requirements*.txt; do .venv/bin/pip install --requirement "$file"; done',
    ),
}
LOCKS = tuple(_DEPENDENCIES)
"""The lock files of which it is known how to install what they list, with what only tests need; the first that is there counts."""


def _somewhere(name: str, first: str, *rest: str) -> dict[str, Lines]:
    """A script that begins with a command of speccompile, and the same for artifacts outside of the project."""
    return {name: (first, *rest), f"{name}-elsewhere": (f"{first}{_ELSEWHERE}", *rest)}


SCRIPTS: Mapping[str, Lines] = {
    "checkout": CHECKOUT,
    "install": ('pipx install "$SPECCOMPILE"',),
    **_somewhere("check", "speccompile check --deep"),
    **_somewhere("verify", "speccompile verify"),
    **_somewhere("build", *_BUILD),
    **_somewhere("build-with-secrets", _BUILD[0], _SECRETS, *_BUILD[1:]),
    "one": _ONE,
    "join": _JOIN,
    "say": _SAY,
    "know": _KNOW,
    "deploy": (*_VALUES, _DEPLOY),
    "deploy-elsewhere": (*_VALUES, f"{_DEPLOY}{_ELSEWHERE}"),
    "log-in": _LOG_IN,
    "log-in-at-aws": _LOG_IN_AT_AWS,
    "take": _TAKE,
    **{f"install-{tool}": (f'pipx install "{tool}==$VERSION"',) for tool in ("uv", "poetry", "pdm", "pipenv")},
    **{f"dependencies-{lock}": lines for lock, lines in _DEPENDENCIES.items()},
}
