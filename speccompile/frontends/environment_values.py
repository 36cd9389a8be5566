"""patches/NAME.env: the values of variables in the environment NAME, reviewed and committed as all specs are; no secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from speccompile.codes.reading import NOT_TEXT
from speccompile.codes.values import BAD_LINE, NOWHERE, SECRET
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends.characters import in_file
from speccompile.frontends.secretlike import secret_in
from speccompile.frontends.wording import shown, suggestion
from speccompile.lexing.envline import Unreadable, assignment
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.located import SourceText
from speccompile.spec.project import EnvironmentValue, ProjectSpec

ENDING = ".env"
_QUOTE = "write NAME=value, and put the value in single quotes where it has anything but letters, digits and _ . / : @ % + , = -"


@record()
class ValuesFile:
    """What such a file says, and what is wrong with it."""

    path: str
    values: tuple[EnvironmentValue, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def environment(self) -> str:
        """The environment that it is called after."""
        return self.path.rpartition("/")[2].removesuffix(ENDING)


def values_file(tree: Tree, path: str) -> ValuesFile:
    """What the file *path* of *tree* says."""
    text = tree.read(path)
    if text is None:
        return ValuesFile(path, (), (NOT_TEXT.at(Span(path), "the file is not UTF-8 text", fix="save it as UTF-8"),))
    if found := in_file(SourceText(path, text)):
        return ValuesFile(path, (), tuple(found))
    values: dict[str, EnvironmentValue] = {}
    findings: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        one = _value(path, number, said)
        if isinstance(one, Diagnostic):
            findings.append(one)
        elif before := values.get(one.variable):
            fix, related = "take one of the two out", (Related("the first one is here", before.at),)
            findings.append(BAD_LINE.at(one.at, f"{one.variable} has a value already", fix=fix, related=related))
        else:
            values[one.variable] = one
    return ValuesFile(path, tuple(values.values()), tuple(findings))


def _value(path: str, number: int, line: str) -> EnvironmentValue | Diagnostic:
    at = Span(path, number, 1)
    try:
        name, value = assignment(line, number)
    except Unreadable as problem:
        return BAD_LINE.at(at, str(problem), fix=_QUOTE, expected="NAME=value", expected_by="the format of env files")
    if what := secret_in(name, value):
        fix = f"take it out (and change the secret, if it was real), and give {name[:40]} to the operator: in the file that `values` of the environment names"
        message = f"{name[:40]} {what}, and this file is committed"
        return SECRET.at(at, message, fix=fix, found="a value that looks like a secret", expected="a public value")
    return EnvironmentValue(variable=name, value=value, at=at)


def with_values(spec: ProjectSpec, files: Sequence[ValuesFile]) -> ProjectSpec:
    """*spec*, whose environments have what is said in *files*."""
    by_name = {one.environment: one.values for one in files}
    there = tuple(replace(one, values=by_name.get(one.name, ())) for one in spec.environments)
    return replace(spec, environments=there)


def nowhere(spec: ProjectSpec, files: Sequence[ValuesFile]) -> Iterator[Diagnostic]:
    """Files of environments that there are none of."""
    known: Mapping[str, Span] = {one.name: one.at for one in spec.environments}
    for one in files:
        if one.environment not in known:
            name = one.environment
            fix = suggestion(
                name, known, f"add it to `environments` in specs/deploy.yaml: {{{name[:40]}: {{on: compose}}}}"
            )
            yield NOWHERE.at(Span(one.path), f"there is no environment {shown(name)}", fix=fix)
