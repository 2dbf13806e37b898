"""Every rule of the coupon desk has a test that cites it, or a reason why not."""
import re
from pathlib import Path

RULES = range(1, 102)  # R1-R101 of the booking specification
CITED = re.compile(r"^def test_((?:r\d+_)+)", re.MULTILINE)
WITHOUT = {}  # rule -> why it has none


def test_booking_rules_each_have_a_test_that_cites_them():
    cited = {int(number) for file in Path(__file__).parent.glob("test_booking_rules_*.py")
             for names in CITED.findall(file.read_text(encoding="utf-8")) for number in re.findall(r"\d+", names)}
    assert sorted(set(RULES) - cited) == sorted(WITHOUT)
