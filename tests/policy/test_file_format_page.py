"""The page for operators lists every value that a policy file can hold, with its unit and how it may be narrowed."""

import re
from pathlib import Path

import yaml

from policy.instruments import INSTRUMENTS, Declared
from policy.kinds import declared

PAGE = (Path(__file__).parents[2] / "policy" / "README.md").read_text(encoding="utf-8")


def test_the_page_lists_every_value_with_its_unit_and_narrowing() -> None:
    listed = re.findall(r"^\| `(\w+)` \| `(\w+)` \| .+? \| (.+?) \| (.+?) \|$", PAGE, re.M)

    assert listed == [
        (instrument.key, declaration.key, declaration.kind.unit or "—", declaration.narrows.value)
        for instrument in INSTRUMENTS
        for declaration in declared(instrument, Declared).values()
    ]


def test_the_page_says_which_values_may_be_null() -> None:
    listed = re.findall(r"^\| `(\w+)` \| `(\w+)` \| .+?, may be null \|", PAGE, re.M)

    assert listed == [
        (instrument.key, declaration.key)
        for instrument in INSTRUMENTS
        for declaration in declared(instrument, Declared).values()
        if declaration.optional
    ]


def test_the_pages_example_is_part_of_the_real_file() -> None:
    block = re.search(r"```yaml\n(.*?)```", PAGE, re.S)
    assert block is not None
    example = yaml.safe_load(block.group(1))
    real = yaml.safe_load((Path(__file__).parents[2] / "policy/districts/360702-zhanggong.yaml").read_text("utf-8"))

    assert {key: example[key] for key in ("area", "name", "level", "parent", "version", "effectiveFrom")} == {
        key: real[key] for key in ("area", "name", "level", "parent", "version", "effectiveFrom")
    }
    assert example["instruments"]["deposit"]["values"].items() <= real["instruments"]["deposit"]["values"].items()
