"""What holds for the configuration of any one machine, whatever the plan says and whatever was reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.codes import delivery as codes
from speccompile.codes.code import Code
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers.hcl import Block, Quoted, Template, Token, listed, literal
from speccompile.verify.terraform.expected import front_door

Placed = tuple[str, Block]

_KINDS = frozenset(
    (
        "aws_security_group",
        "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_instance_profile",
        "aws_instance",
        "aws_eip",
    )
)
_BLOCKS = frozenset(("terraform", "provider", "locals", "data", "resource", "variable", "output"))
_ANYWHERE = frozenset(
    (
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
        "ecr:GetAuthorizationToken",
    )
)
_WITHIN = frozenset(
    (
        "ssm:UpdateInstanceInformation",
        "ssm:GetParameter",
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    )
)
_RECORDING = frozenset(
    (
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:ListImages",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    )
)
"""What writes to a repository: that of the releases alone, never that of the images."""
_BUCKET: tuple[Template, ...] = (Template(("local", ".", "bucket")), Template(("local", ".", "releases")))
_DOOR: tuple[Token, ...] = (
    "length",
    "(",
    "local",
    ".",
    "front_door",
    ")",
    ">",
    "0",
    "?",
    "[",
    "80",
    ",",
    "443",
    "]",
    ":",
    "[",
    "]",
)


def findings(plan: Plan, blocks: Sequence[Placed]) -> Iterator[Diagnostic]:
    """Findings about all blocks of all files, each with its file's path."""
    for path, code, block, message in (*_whole(blocks), *_reach(plan, blocks), *_machine(blocks), *_rights(blocks)):
        yield code.at(Span(path, block.line, 1), message, fix=place.FIX)


Found = tuple[str, Code, Block, str]


def _resources(blocks: Sequence[Placed], kind: str) -> list[Placed]:
    return [(path, block) for path, block in blocks if block.kind == "resource" and block.labels[:1] == (kind,)]


def _whole(blocks: Sequence[Placed]) -> Iterator[Found]:
    for path, block in blocks:
        if block.kind not in _BLOCKS or (block.kind == "resource" and block.labels[0] not in _KINDS):
            yield path, codes.TERRAFORM_NOT_THE_PLAN, block, f"a {' '.join(block.address)} is no part of one machine"
    machines = _resources(blocks, "aws_instance")
    if len(machines) != 1 or "count" in machines[0][1].attributes or "for_each" in machines[0][1].attributes:
        path, block = (machines or list(blocks))[0]
        yield path, codes.TERRAFORM_MACHINE, block, "there is not just one machine"


def _reach(plan: Plan, blocks: Sequence[Placed]) -> Iterator[Found]:
    door = {name: value for path, block in blocks if block.kind == "locals" for name, value in _settings(block).items()}
    for path, block in blocks:
        if block.kind == "locals" and door != front_door(plan):
            yield path, codes.TERRAFORM_REACH, block, "the front door is not the plan's"
    for path, rule in _resources(blocks, "aws_vpc_security_group_ingress_rule"):
        ports, value = rule.value("for_each") or (), rule.value("from_port")
        asked = ports[ports.index("setproduct") + 2 :] if "setproduct" in ports else ()
        if (
            asked[: len(_DOOR)] != _DOOR
            or value != rule.value("to_port")
            or value != ("each", ".", "value", "[", "0", "]")
        ):
            yield path, codes.TERRAFORM_REACH, rule, "something else than 80 and 443 of a front door is open"
    for path, block in _resources(blocks, "aws_security_group"):
        if any(inner.kind in ("ingress", "egress") for inner in block.blocks):
            yield path, codes.TERRAFORM_REACH, block, "a rule stands in the group itself"
    for path, block in _resources(blocks, "aws_instance"):
        if "key_name" in block.attributes:
            yield path, codes.TERRAFORM_REACH, block, "there is a key for SSH"


def _settings(block: Block) -> dict[str, str]:
    """The operator's variables that the front door sets: pairs of plain strings."""
    tokens = block.value("front_door") or ()
    texts = [literal((token,)) or "" for token in tokens if isinstance(token, Quoted)]
    return dict(zip(texts[::2], texts[1::2], strict=False))


def _machine(blocks: Sequence[Placed]) -> Iterator[Found]:
    for path, block in _resources(blocks, "aws_instance"):
        inner = {one.kind: one for one in block.blocks}
        metadata, disk = inner.get("metadata_options"), inner.get("root_block_device")
        if metadata is None or literal(metadata.value("http_tokens")) != "required":
            yield path, codes.TERRAFORM_MACHINE, block, "its metadata is given out without a session token"
        if metadata is None or metadata.value("http_put_response_hop_limit") != ("1",):
            yield path, codes.TERRAFORM_MACHINE, block, "its metadata reaches further than the machine"
        if disk is None or disk.value("encrypted") != ("true",) or literal(disk.value("volume_type")) != "gp3":
            yield path, codes.TERRAFORM_MACHINE, block, "its disk is not an encrypted gp3"


def _rights(blocks: Sequence[Placed]) -> Iterator[Found]:
    for path, block in blocks:
        if block.address != ("data", "aws_iam_policy_document", "machine"):
            continue
        for inner in block.blocks:
            content = inner.blocks[0] if inner.kind == "dynamic" and inner.blocks else inner
            yield from _statement(path, content)
    attached = [block for _, block in blocks if "managed_policy_arns" in block.attributes]
    for path, block in blocks:
        if block in attached:
            yield path, codes.TERRAFORM_RIGHTS, block, "a policy of somebody else's is attached"


def _statement(path: str, block: Block) -> Iterator[Found]:
    actions = {_plain(token) for token in _items(block.value("actions"))}
    resources = block.value("resources") or ()
    anywhere = any(_plain(token) == "*" for token in resources)
    allowed = _ANYWHERE if anywhere else _ANYWHERE | _WITHIN
    if any(_ends(token, Template(("local", ".", "records"))) for token in resources):
        allowed |= _RECORDING
    if (
        not actions
        or not actions <= allowed
        or any(name in block.attributes for name in ("effect", "not_actions", "not_resources"))
    ):
        yield path, codes.TERRAFORM_RIGHTS, block, "the machine may do what it does not need"
    if "ssm:GetParameter" in actions and not any(_is_own(token) for token in resources):
        yield path, codes.TERRAFORM_RIGHTS, block, "the machine may read the parameters of others"
    if not all(_keeps_to_its_releases(block, action, resources) for action in actions):
        yield path, codes.TERRAFORM_RIGHTS, block, "the machine may read, or write, more of a bucket than its releases"


def _keeps_to_its_releases(block: Block, action: str | None, resources: tuple[Token, ...]) -> bool:
    """Whether an action on a bucket is one on the environment's own part of it: its records are read, its status alone is written."""
    named = [token for token in resources if isinstance(token, Quoted)]
    match action:
        case "s3:GetObject":
            return all(_ends(one, _BUCKET[0], "/", _BUCKET[1], "/*") for one in named)
        case "s3:PutObject":
            return all(_ends(one, _BUCKET[0], "/", _BUCKET[1], "/hosts/*") for one in named)
        case "s3:ListBucket":
            limits = [one for one in block.blocks if one.kind == "condition"]
            below = [_ends(one, _BUCKET[1], "/*") for each in limits for one in _items(each.value("values"))]
            asked = [literal(each.value(name)) for each in limits for name in ("test", "variable")]
            return asked == ["StringLike", "s3:prefix"] and below == [True]
        case _:
            return True


def _items(tokens: tuple[Token, ...] | None) -> tuple[Token, ...]:
    """The items of a list, on one line or on several."""
    flat = tuple(one for one in tokens or () if one != "\n")
    if flat[-2:-1] == (",",):
        flat = (*flat[:-2], flat[-1])
    return listed(flat) or ()


def _plain(token: Token) -> str | None:
    return literal((token,))


def _is_own(token: Token) -> bool:
    """Whether it ends in the application's own prefix and all that is below."""
    return _ends(token, Template(("local", ".", "prefix")), "/*")


def _ends(token: Token, *parts: str | Template) -> bool:
    """Whether it is a string that ends in *parts*."""
    return isinstance(token, Quoted) and token.parts[-len(parts) :] == parts
