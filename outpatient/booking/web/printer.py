"""The receipt printers: where each stands, and sending a coupon there. No database here, and no lock is held meanwhile."""
import logging

from django.conf import settings

from outpatient.booking.errors import PrinterFails
from outpatient.booking.rules.receipt import receipt_bytes

log = logging.getLogger(__name__)
SECONDS = 5
SENT = []  # what the printer named "dummy" was sent, the newest last: for trying out and for tests
KEPT = 20


def address_of(actor, place) -> str:
    """The printer of this device, else of this kind of place: "network:HOST:PORT", "file:/dev/usb/lp0", "dummy"; empty = the
    browser prints.
    """
    printers = settings.SLIP_PRINTERS
    return printers.get(actor.code) or printers.get(place, "")


def send(slip, address):
    """Print the coupon there. Raises PrinterFails."""
    body, (kind, _colon, rest) = receipt_bytes(slip, settings.SLIP_CODE_PAGE), address.partition(":")
    try:
        if kind == "dummy":
            SENT[:] = [*SENT, body][-KEPT:]
            return
        printer = _file(rest) if kind == "file" else _network(rest)
        try:
            printer._raw(body)
        finally:
            printer.close()
    except Exception as error:  # python-escpos has errors of its own for each kind of connection
        log.warning("slip printer failed: %s", type(error).__name__)
        raise PrinterFails(booking=slip.code) from error


def _network(rest):
    from escpos.printer import Network

    host, _colon, port = rest.partition(":")
    return Network(host, port=int(port or 9100), timeout=SECONDS)


def _file(path):
    from escpos.printer import File

    return File(path)
