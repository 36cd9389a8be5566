"""Every diagnostic code there is: SC1xx reading, SC2xx meaning, SC3xx lowering, SC4xx targets, SC5xx drift, SC6xx
engines and registries, SC850 on stacks again, SC9xx an emitted artifact failed verification. One module a family, one line here."""

from __future__ import annotations

from speccompile.codes import (
    artifact,
    binding,
    compose,
    consistency,
    contents,
    drift,
    engines,
    evidence,
    health,
    lowering,
    meaning,
    nginx,
    package,
    reading,
    serve,
    site,
    stacks,
    stacks_compiled,
    stacks_go,
    stacks_java,
    stacks_js,
    stacks_py,
    stacks_rust,
    stacks_scripts,
    stacks_static,
    standing,
    system,
    unused,
)
from speccompile.codes.code import Code

FAMILIES = (
    reading.CODES,
    meaning.CODES,
    stacks.CODES,
    stacks_go.CODES,
    stacks_rust.CODES,
    stacks_java.CODES,
    stacks_static.CODES,
    stacks_py.CODES,
    stacks_js.CODES,
    stacks_scripts.CODES,
    stacks_compiled.CODES,
    contents.CODES,
    unused.CODES,
    lowering.CODES,
    standing.CODES,
    binding.CODES,
    drift.CODES,
    evidence.CODES,
    engines.CODES,
    package.CODES,
    artifact.CODES,
    compose.CODES,
    nginx.CODES,
    health.CODES,
    site.CODES,
    serve.CODES,
    consistency.CODES,
    system.CODES,
)

CODES: dict[str, Code] = {code.id: code for family in FAMILIES for code in family}
