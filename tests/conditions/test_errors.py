"""Every refusal says what was expected, in which column."""

from __future__ import annotations

import pytest

from kbtui.conditions import parse
from kbtui.errors import ConditionError

CASES = [
    ('driver.verison < version("1")', 0, "did you mean driver.version"),
    ("driver.installed and dirver.branch > 1", 21, "did you mean driver.branch"),
    ('  os.idd == "x"', 2, "did you mean os.id"),
    ('"安全启动" == os.id and os.idd == "x"', 20, "did you mean os.id"),
    ("os.id", 0, "os.id is a text, which is neither true nor false"),
    ("driver.installed and gpus.count", 21, "expected a comparison"),
    ("xid.codes", 0, "expected `x in xid.codes`"),
    ("xid.codes == 79", 0, "expected `in`"),
    ("os.id == 22", 9, "write it in quotes"),
    ('gpus.count == "4"', 14, "write the number without quotes"),
    ('secure_boot.enabled == "on"', 23, "write `secure_boot.enabled` or `not secure_boot.enabled`"),
    ("driver.version < 12.4", 17, 'version("12.4")'),
    ('driver.version < "latest"', 17, 'expected one such as version("525.60.13")'),
    ("driver.version == os.id", 18, "expected a version"),
    ('driver.version in ["new"]', 18, "'new' is not one"),
    ("driver.version in [12.4]", 18, "12.4 is not one"),
    ('os.id < "ubuntu"', 0, "a text has no order"),
    ("driver.installed < true", 0, "true or false has no order"),
    ('kernel.release < "6.8"', 0, "expected a version, a number, or a date"),
    ("4 in gpus.count", 5, "expected a list or a text after `in`"),
    ("os.id in xid.codes", 9, "cannot compare"),
    ("os.id in [os.name]", 10, "written out"),
    ('os.id in ["a", 1]', 9, "a list of one kind"),
    ("os.id in []", 9, "an empty list"),
    ('os.id in ("a", "b")', 9, "expected a list"),
    ("os.id + 1 == 2", 0, "a number to calculate with"),
    ('gpu.model == "x"', 0, "inside any(gpu, ...)"),
    ('any(gpu, process.name == "x")', 9, "inside any(process, ...)"),
    ("any(gpu, any(net, net.up))", 9, "expected one level"),
    ("any(cards, true)", 4, "expected one of: gpu, boot, env, process, net"),
    ("any(gpu)", 0, "expected any(SCOPE, CONDITION)"),
    ("any(gpu, gpu.model)", 9, "neither true nor false"),
    ("count(gpu, gpu.lost)", 0, "expected a comparison"),
    ('absent("x")', 7, "expected absent(FACT)"),
    ("known(os.id, 2)", 0, "expected known(FACT)"),
    ("absent(os.id) == true", 0, "is a condition where a value is expected"),
    ('(os.id == "x") == true', 1, "is a condition where a value is expected"),
    ("driver.version < version(5)", 17, 'expected version("525.60.13")'),
    ('table("x", os.id) == 1', 0, 'expected table("NAME", key, "column")'),
    ("min(1, 2) == 1", 0, "there is no function 'min'"),
    ("version", 0, 'expected version("525.60.13")'),
    ('os.id is "x"', 0, "expected == or !="),
    ('os.id = "x"', 6, "not a condition"),
    ("driver.installed and", 20, "not a condition"),
    ("driver.installed or (", 20, "not a condition"),
    ("gpu[0].lost", 0, "expected any(gpu, ...)"),
    ('os.id == "x', 9, "expected a closing quote"),
    ('os.id == "a" "b"', 13, "two strings side by side"),
    ('os.id == "x" # why', 13, "no comments"),
    ("gpus.count == 4GiB", 14, "a number with letters behind it"),
    ("gpus.count == 99999999999999999999", 14, "numbers go up to"),
    ("", 0, "an empty condition"),
]


@pytest.mark.parametrize(("source", "column", "said"), CASES)
def test_refusal(source, column, said):
    with pytest.raises(ConditionError) as caught:
        parse(source)
    assert said in str(caught.value)
    assert caught.value.column == column
