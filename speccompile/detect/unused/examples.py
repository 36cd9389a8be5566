"""What an example of an environment names, and no source does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.unused import EXAMPLE_UNUSED
from speccompile.detect.reading import Sources, is_example
from speccompile.detect.unused.development import DEVELOPMENT, is_of_libraries
from speccompile.detect.unused.listing import listed
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec

_LINE = regex(r"^[ \t]*(?:export[ \t]+)?([A-Z][A-Z0-9_]{1,60})[ \t]*=", re.MULTILINE)
# What gives a program all variables, whatever they are called.
_GENERAL = regex(
    r"\b(?:AutomaticEnv|envconfig\.\w+|cleanenv|koanf|figment|dynaconf|env_nested_delimiter|env_prefix|envvar_prefix|AddEnvironmentVariables|"
    r"Environment::(?:with_prefix|default)|environ\.items|config_from_env)\b|\bdict\(os\.environ|\bObject\.(?:keys|entries|fromEntries)\(process\.env|"
    r"\.\.\.process\.env\b|\bparse\(process\.env\)|\benvy::|os\.Environ\(\)"
)
# Read by a framework's own code.
_FRAMEWORKS = ("artisan", "symfony.lock", "bin/rails", "bin/console", "manage.py", "wp-config.php")
_BESIDE = regex(
    r"(?:docker-)?compose[\w.-]*\.ya?ml|Dockerfile[\w.-]*|Makefile|justfile|Taskfile\.ya?ml|Procfile|[\w.-]+\.sh|\w+\.config\.[cm]?[jt]s"
)


def examples(sources: Sources, tree: Tree, spec: ServiceSpec) -> Iterator[Diagnostic]:
    """One note of the variables of examples among the *sources* of the service *spec* in *tree* that none of the others names, nor a file that tells an
    engine or a tool; nothing where a program reads all variables, or a framework does by itself."""
    view = tree.below(spec.directory) if spec.directory else tree
    there = [(path, code.code) for path, code in sources if is_example(path)]
    texts = [code.code for path, code in sources if not is_example(path)]
    if not there or any(view.is_file(path) for path in _FRAMEWORKS) or any(map(_GENERAL.search, texts)):
        return
    texts += [view.read(name) or "" for name in view.entries("") if _BESIDE.fullmatch(name)]
    texts += [tree.read(name) or "" for name in tree.entries("") if spec.directory and _BESIDE.fullmatch(name)]
    words = frozenset(word for text in texts for word in re.findall(r"[A-Za-z]\w*", text))
    known = words | {word.upper() for word in words} | _given(spec) | DEVELOPMENT
    for path, text in there:
        left = [name for name in _LINE.findall(text) if name not in known and not is_of_libraries(name)]
        if left:
            at = re.search(rf"^[ \t]*(?:export[ \t]+)?{left[0]}\b", text, re.MULTILINE)
            yield EXAMPLE_UNUSED.at(
                Span(path, text.count("\n", 0, at.start()) + 1 if at else 1, 1),
                f"{path} names variables that no source of {spec.name} does, and the operator is asked for them all the same: {listed(left)}",
                fix=f"take those that nothing reads out of {path}",
            )
            return


def _given(spec: ServiceSpec) -> frozenset[str]:
    """The variables that deploy.yaml has for the service: somebody knows what they are for."""
    deploy = spec.deploy
    if deploy is None:
        return frozenset()
    return frozenset((*deploy.env, *(one if isinstance(one, str) else one.name for one in deploy.secrets)))
