"""What ignore files have in common is asked once; what is found is what asking each of them about each path finds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contents_of import compilation

from speccompile.plan.plan import Service
from speccompile.verify import ignore as verifier
from speccompile.verify.readers import ignore

_SOURCES = {
    "package.json": '{"name": "x", "type": "module", "scripts": {"start": "node lib/x.js"}}',
    "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
    "lib/x.js": "import './deep/y.js'\n",
    "lib/deep/y.js": "export {}\n",
}
_MADE = compilation(_SOURCES)


def _by_asking(service: Service, document: ignore.IgnoreFile) -> list[str]:
    """Each place of each name, asked of the whole file."""
    image, found = service.image, []
    barring = ignore.IgnoreFile(tuple(p for p in document.patterns[1:] if not p.negated), ())
    let_in = {*verifier._examined(service), *image.spared}
    every, barred = ignore.Senders(document), ignore.Senders(barring)
    for name in verifier._EVERY:
        directories = ("", *(one for one in image.context if one.endswith("/")))
        places = [at for d in directories for at in (f"{d}{name}", f"{d}deep/down/{name}") if at not in let_in]
        sent = [at for at in places if every.sends(at)]
        found += [(sent or [name])[0]] if sent or barred.sends(f"deep/{name}") else []
    return [*found, *(path for path in image.withheld if every.sends(path))]


@pytest.mark.parametrize("start", range(2))
def test_altered_files_are_found_out_as_by_asking_about_every_path(start: int) -> None:
    """A line left out, let in, tied to the top or to a directory, or one more that lets something in."""
    (service,) = _MADE.plan.services
    text = _MADE.files[service.ignorefile]
    document, noticed = ignore.read(text), 0
    assert any(one.endswith("/") for one in service.image.context)
    for at in range(1 + 30 * start, len(document.patterns), 60):
        before, one, after = document.patterns[:at], document.patterns[at], document.patterns[at + 1 :]
        loose = one.text.removeprefix("**/")
        for changed in (
            (),
            (replace(one, negated=True),),
            (replace(one, text=loose),),
            (replace(one, text=f"lib/{loose}"),),
            (one, replace(one, text=f"lib/{loose}", negated=True)),
        ):
            other = ignore.IgnoreFile((*before, *changed, *after), ())
            found = list(verifier._secrets_sent(service, other))
            assert found == _by_asking(service, other)
            noticed += bool(found)
    assert noticed > 2
