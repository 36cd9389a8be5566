"""What of a service is known not to be wanted in its image, by its name at the top; all else is wanted."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.secret_names import is_secret

# Tests, papers, other people's packages, what is made anew, how it is deployed; and what this compiler itself reads:
# an image must not change with a comment in a spec.
_NAMES = frozenset((
    "__fixtures__", "__mocks__", "__pycache__", "__snapshots__", "__tests__", "ansible", "app.json", "app.yaml", "appspec.yml", "aramb.json",
    "aramb.toml", "assertions.json", "authors", "azure-pipelines.yml", "backenderer.yaml", "backenderer.yml", "backup", "backups",
    "bench", "benchmark", "benchmarks", "biome.json", "biome.jsonc",
    "bitbucket-pipelines.yml", "bower_components", "build", "cdk.json", "certs", "changelog", "charts", "ci", "citation.cff", "cloudbuild.yaml",
    "codecov.yaml", "codecov.yml", "codeowners", "components.json", "conftest.py", "contributors", "copying", "coverage", "credentials", "cypress",
    "deploy", "deploy.yaml", "deploy.yml", "deployment", "dist", "doc", "docs", "e2e", "env", "example", "examples", "fabfile.py", "firebase.json",
    "fly.toml", "generated", "helm", "heroku.yml", "htmlcov", "infra", "jenkinsfile", "jsr.json", "justfile", "k8s", "keys", "knip.json",
    "kubernetes", "lefthook.yml", "lerna.json", "licence", "license", "log", "logs", "maintainers", "makefile", "mise.toml", "mkdocs.yml",
    "mypy.ini", "netlify.toml", "nixpacks.toml", "node_modules", "notice", "noxfile.py", "npm-shrinkwrap.json", "nx.json", "out", "output",
    "package-lock.json", "playwright", "playwright-report", "pnpm-lock.yaml", "pnpm-workspace.yaml", "procfile", "project.toml", "pyrightconfig.json",
    "pytest.ini",
    "railway.json", "railway.toml", "readme", "render.yaml", "renovate.json", "requirements", "requirements-dev.txt", "robots.cfg", "ruff.toml",
    "samples", "score.yaml", "secret", "secrets", "setup.cfg", "skaffold.yaml", "sonar-project.properties", "spec", "speccompile.lock", "specs", "ssl",
    "target", "taskfile.yaml", "taskfile.yml", "temp", "terraform", "test", "test-results", "tests", "tmp", "tox.ini", "tslint.json",
    "turbo.json", "vagrantfile", "venv", "vercel.json", "verification.json", "virtualenv", "wercker.yml",
    # locks: what installs by them names them
    "bun.lock", "bun.lockb", "deno.lock", "flake.lock", "flake.nix", "mise.lock", "pdm.lock", "pipfile", "pipfile.lock", "poetry.lock",
    "uv.lock", "yarn.lock",
))  # fmt: skip
_SHAPES = regex(
    r"docker(file|-compose|-bake|-entrypoint)?([.-]|$)|(docker-)?compose[.\w-]*\.ya?ml$|containerfile([.-]|$)|"
    r".*\.dockerfile$|"
    r".*\.(test|spec|e2e|stories)\.|test_.*\.py$|.*_test\.(py|go)$|"
    r"(jest|vitest|cypress|playwright|eslint|prettier|commitlint|lint-staged|release|stylelint|webdriverio|karma|wdio)[.-]|"
    r"requirements.*\.(txt|in)$|.*(secret|credential|service-account).*\.(json|ya?ml|toml|txt|ini|cfg|xml|csv)$|"
    r".*_rsa$|id_[a-z0-9]+$|.*\.(tfvars|env|local)$|"
    r".*\.(md|rst|adoc|log|bak|orig|rej|swp|tmp|iml|ipr|iws|sln|code-workspace|sublime-project|sublime-workspace|tsbuildinfo|bat|cmd|ps1|"
    r"egg-info|pyc|tf|hcl)$|(licen[cs]e|changelog|readme|contributing|code_of_conduct|notice|copying)[.-]"
)
_HIDDEN_CONFIGURATION = frozenset(
    (".babelrc", ".babelrc.json", ".swcrc", ".postcssrc", ".postcssrc.json", ".browserslistrc", ".well-known")
)
# Of no use to a program, whoever speaks of them.
_NEVER = frozenset((
    "speccompile.lock", "node_modules", "bower_components", "__pycache__", "venv", "virtualenv", "specs", "generated",
    "assertions.json", "deploy.yaml", "deploy.yml", "verification.json",
))  # fmt: skip


def is_unwanted(name: str) -> bool:
    """Whether a file or directory called *name* is left out, unless the sources name it."""
    folded = name.lower()
    if folded.startswith("."):
        return folded not in _HIDDEN_CONFIGURATION
    return folded in _NAMES or is_secret(folded) or _SHAPES.match(folded) is not None


def is_never_wanted(name: str) -> bool:
    """Whether it is left out even then: repositories, other people's packages, what this compiler reads and writes."""
    folded = name.lower()
    return folded in _NEVER or folded in (".git", ".hg", ".svn", ".venv")
