"""Reading GS1 codes of packs. Identifiers, lengths and rules: GS1 General Specifications 3.2, 7.8, 7.9, 7.12."""
import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nursing.rules.gs1 import NotGs1, Pack, check_digit, day_of, read

TODAY = dt.date(2026, 11, 23)
GTIN = "09506000134352"  # the demonstration prefix 950 of GS1


@pytest.mark.parametrize("code", [
    f"01{GTIN}1728013110ABC123\x1d21SER9", f"]d201{GTIN}1728013110ABC123\x1d21SER9", f"]C101{GTIN}21SER9\x1d10ABC123\x1d17280131",
    f"(01){GTIN}(17)280131(10)ABC123(21)SER9", f"\x1d01{GTIN}21SER9\x1d1728013110ABC123",
    f"01{GTIN}10ABC123{{GS}}1728013121SER9\r\n",
    f"01{GTIN}10ABC123<GS>1728013121SER9", f" 01{GTIN}10ABC123^]1728013121SER9 ", f"]Q301{GTIN}1728013110ABC123\x1d21SER9\x1d",
])
def test_product_lot_expiry_and_serial_are_read_in_any_order(code):
    assert read(code, TODAY) == Pack(GTIN, "ABC123", dt.date(2028, 1, 31), "SER9")


def test_other_identifiers_are_kept_and_do_not_disturb():
    pack = read(f"01{GTIN}3103000500112501017003270131123014\x1d240REF/1\x1d10L-1", TODAY)
    assert pack.lot_number == "L-1" and pack.others == {"3103": "000500", "11": "250101", "7003": "270131123014", "240": "REF/1"}


def test_a_pack_may_say_its_product_only():
    assert read(f"01{GTIN}", TODAY) == Pack(GTIN)


@pytest.mark.parametrize("code", [
    "", "hello", "P000001", f"01{GTIN[:-1]}3", "0195060001343", f"01{GTIN}17281331", f"01{GTIN}17280231", f"01{GTIN}1728",
    f"01{GTIN}10",
    f"01{GTIN}10{'A' * 21}", "17280131", f"(01){GTIN}(17)2801", f"(01){GTIN}xx(17", f"01{GTIN}10Привет", f"01{GTIN}10A\x1d10B",
    "١٢", "01" + "١" * 14,
])
def test_what_is_no_code_of_a_pack_is_refused(code):
    with pytest.raises(NotGs1):
        read(code, TODAY)


@pytest.mark.parametrize("text, day", [
    ("280131", "2028-01-31"), ("280200", "2028-02-29"), ("270200", "2027-02-28"), ("760101", "2076-01-01"),
    ("770101", "1977-01-01"), ("990630", "1999-06-30"),
])
def test_the_century_and_a_day_of_nought(text, day):
    assert day_of(text, TODAY) == dt.date.fromisoformat(day)


def test_the_check_digit_is_that_of_the_specification():
    assert check_digit("629104150021") == "3" and check_digit("0950600013435") == "2"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(NotGs1):
        read(text, TODAY)


PRINTED = st.text("ABCXYZabc0123456789-/.", min_size=1, max_size=20)


@given(st.integers(0, 10**13 - 1), PRINTED, PRINTED, st.dates(dt.date(2000, 1, 1), dt.date(2070, 12, 31)))
def test_what_is_written_is_read(number, lot, serial, day):
    digits = f"{number:013d}"
    gtin = digits + check_digit(digits)
    assert read(f"01{gtin}17{day:%y%m%d}10{lot}\x1d21{serial}", TODAY) == Pack(gtin, lot, day, serial)
