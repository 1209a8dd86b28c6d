"""Layer names: the course's (`res2a_branch2a`) and ours (`stage2_block1_conv1`), both ways."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Names = Callable[[str], str]  # role in a block, as "conv1" -> layer name


@dataclass(frozen=True)
class Place:
    """Where a layer stands in a net.

    stage is "stem", "stage1" … "stage5", "head" or "" (a block on its own, the input); block is
    "a", "1", … or "" where there is none; role is "conv1", "bn1", "relu1", "projection",
    "projection_bn", "pad", "add", "relu", …
    """

    stage: str
    block: str
    role: str


_COURSE_ROLES = {
    "conv1": "res{}_branch2a",
    "bn1": "bn{}_branch2a",
    "relu1": "res{}_relu2a",
    "conv2": "res{}_branch2b",
    "bn2": "bn{}_branch2b",
    "relu2": "res{}_relu2b",
    "conv3": "res{}_branch2c",
    "bn3": "bn{}_branch2c",
    "projection": "res{}_branch1",
    "projection_bn": "bn{}_branch1",
    "add": "res{}_add",
    "relu": "res{}_relu",
}
_COURSE_PATTERN = re.compile(r"(res|bn)(\d)([a-z])(_\w+)")
_COURSE_LAYERS = {pattern.format(""): role for role, pattern in _COURSE_ROLES.items()}
_COURSE_STEM = {"conv1": "conv", "bn_conv1": "bn"}
_OURS = re.compile(r"(stage\d+)_block(\d+)_(\w+)")
_STEM = re.compile(r"stem_(\w+)")
_LONE_BLOCK = re.compile(r"block_(\w+)")
_HEAD = re.compile(r"(avg_pool|flatten|head_\w+|fc\d+)")


def block_names(stage: int, block: int) -> Names:
    """Return our names for one block: `conv1` -> `stage2_block1_conv1`."""
    return f"stage{stage}_block{block}_{{}}".format


def lone_block_names(role: str) -> str:
    """Return the name of a layer of a block that stands in no net: `conv1` -> `block_conv1`."""
    return f"block_{role}"


def course_names(stage: int | str, block: str) -> Names:
    """Return the course's names for one block: `conv1` -> `res2a_branch2a`."""

    def name(role: str) -> str:
        return _COURSE_ROLES[role].format(f"{stage}{block}")

    return name


def place(layer_name: str) -> Place:
    """Return the stage, block and role that a layer's name tells; unknown names have no stage."""
    if layer_name in _COURSE_STEM:
        return Place("stem", "", _COURSE_STEM[layer_name])
    if (course := _COURSE_PATTERN.fullmatch(layer_name)) and (
        role := _COURSE_LAYERS.get(course[1] + course[4])
    ):
        return Place(f"stage{course[2]}", course[3], role)
    if ours := _OURS.fullmatch(layer_name):
        return Place(ours[1], ours[2], ours[3])
    if stem := _STEM.fullmatch(layer_name):
        return Place("stem", "", stem[1])
    if lone := _LONE_BLOCK.fullmatch(layer_name):
        return Place("", "1", lone[1])
    if _HEAD.fullmatch(layer_name):
        return Place("head", "", "fc" if layer_name.startswith("fc") else layer_name)
    return Place("", "", layer_name)
