"""The coupon as bytes for a receipt printer (ESC/POS, 80 mm), made by python-escpos.

Receipt printers know no Unicode: the text is set in one Cyrillic code page that the printer is switched to. CP866 stands in
practically every printer sold here; it lacks the Belarusian і, for which the same-looking Latin letter is printed.
"""
import textwrap
from functools import cache

from django.utils.translation import gettext as _

from outpatient.booking.rules.slip import Slip

COLUMNS = 48  # of font A on 80 mm paper
CODE_PAGE = "CP866"
ALIKE = str.maketrans({"і": "i", "І": "I", "–": "-", "—": "-", "−": "-", "«": '"', "»": '"', "“": '"', "”": '"', "„": '"',
                       "’": "'", "‘": "'", "…": "...", "\xa0": " ", "\u2009": " ", "\u202f": " "})


def receipt_bytes(slip: Slip, code_page: str = CODE_PAGE) -> bytes:
    """Everything that the printer is sent for this coupon, the cut included."""
    from escpos.printer import Dummy

    paper = Dummy()
    paper.hw("INIT")
    paper.charcode(code_page)
    _draw(paper, slip, code_page.lower())
    paper.cut()
    return paper.output


def _draw(paper, slip, codec):
    def say(text, **style):
        if text:
            paper.set(**({"align": "left", "bold": False, "normal_textsize": True} | style))
            paper._raw(in_code_page(text, codec, COLUMNS // 2 if style.get("double_width") else COLUMNS) + b"\n")

    big = {"normal_textsize": False, "double_height": True, "double_width": True, "align": "center", "bold": True}
    say(slip.institution, align="center", bold=True)
    say(" · ".join(part for part in (slip.address, slip.phone) if part), align="center")
    say("-" * COLUMNS)
    say(slip.stamp, **big)
    say(_("COUPON No. {number}").format(number=slip.number), align="center", bold=True)
    say(slip.day, align="center", bold=True)
    say(slip.time, **big)
    say(slip.doctor, bold=True)
    say(slip.position)
    say(slip.where)
    say(slip.place)
    say("-" * COLUMNS)
    say(slip.patient, bold=True)
    say("No. " + slip.record_number)
    if slip.be_there:
        say(_("Be at the registry by {time}.").format(time=slip.be_there), bold=True)
    say("-" * COLUMNS)
    paper.set(align="center")
    paper.qr(slip.code, native=True, size=6)
    say(_("Code: {code}").format(code=slip.code), align="center", bold=True)
    for note in slip.notes:
        say(note, align="center")
    if slip.serial:
        say(_("Print {serial}").format(serial=slip.serial), align="center")


def in_code_page(text: str, codec: str = CODE_PAGE, columns: int = COLUMNS) -> bytes:
    """The text in the printer's code page, broken between words into lines of the paper; what the page lacks becomes a likeness.
    """
    lines = [line for part in text.splitlines() for line in textwrap.wrap(part, columns) or [""]]
    return b"\n".join(line.encode(codec, "ignore") if line.isascii() else b"".join(_letter(codec, one) for one in line)
                      for line in lines)


@cache
def _letter(codec, letter):
    for spelling in (letter, letter.translate(ALIKE)):
        try:
            return spelling.encode(codec)
        except UnicodeEncodeError:
            continue
    return b"?"
