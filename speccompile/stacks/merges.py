"""How much YAML's merge keys put together, told before a parser does so: mappings that merge mappings that merge others grow without end."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

_MOST = 20_000


def merge_too_much(text: str) -> bool:
    """Whether the mappings of *text* get more entries by ``<<`` than anybody would write; raises what the parser raises."""
    if "<<" not in text:
        return False
    weights: dict[int, int] = {}
    return any(_weight(node, weights, ()) > _MOST for node in _mappings(YAML(typ="safe", pure=True).compose(text)))


def _weight(node: MappingNode, known: dict[int, int], above: tuple[int, ...]) -> int:
    """How many entries *node* is put together from, each as often as it is taken; one that merges itself has no end."""
    if id(node) in above:
        return _MOST + 1
    if id(node) not in known:
        merged = (source for key, value in node.value if key.value == "<<" for source in _sources(value))
        known[id(node)] = len(node.value) + sum(_weight(one, known, (*above, id(node))) for one in merged)
    return known[id(node)]


def _sources(value: Node) -> list[MappingNode]:
    several = value.value if isinstance(value, SequenceNode) else [value]
    return [one for one in several if isinstance(one, MappingNode)]


def _mappings(top: Node | None) -> list[MappingNode]:
    """Every mapping below *top*, once."""
    waiting, seen = [top], {id(top)}
    for node in waiting:  # grows while it is read
        parts = node.value if isinstance(node, SequenceNode | MappingNode) else ()
        for one in (part for entry in parts for part in (entry if isinstance(entry, tuple) else (entry,))):
            if id(one) not in seen:
                seen.add(id(one))
                waiting.append(one)
    return [node for node in waiting if isinstance(node, MappingNode)]
