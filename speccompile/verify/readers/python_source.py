"""Python modules, read with Python's own parser."""

from __future__ import annotations

import ast

from speccompile.verify.readers.source import SourceModule, Unreadable


def read(text: str) -> SourceModule:
    """Constants and imports of *text*; what is bound twice or computed is no constant. Raises ``Unreadable``."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as problem:
        raise Unreadable(getattr(problem, "lineno", None) or 1, f"not Python: {problem}") from None
    constants: dict[str, tuple[int, object]] = {}
    for statement in tree.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(statement, ast.Assign) and isinstance(target, ast.Name):
            name = target.id
            value = _value(statement.value) if name not in constants else None
            constants[name] = (statement.lineno, value)
    imports: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.lineno, "." * node.level + (node.module or "")))
        elif isinstance(node, ast.Name) and node.id in {"__import__", "exec", "eval"}:
            imports.append((node.lineno, node.id))
    return SourceModule(constants, tuple(sorted(imports)))


def _value(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
