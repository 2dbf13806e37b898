"""Log lines: one line each, identifiers only. No names, bodies or query strings ever reach a log."""
import logging
from contextvars import ContextVar

_request: ContextVar[str] = ContextVar("request", default="")


def request_id() -> str:
    """The identity of the web request under way; empty outside one."""
    return _request.get()


def set_request_id(value: str):
    _request.set(value[:40])


class OneLine(logging.Formatter):
    """time level logger request message, with line breaks escaped (log injection)."""

    def format(self, record):
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{self.formatTime(record)} {record.levelname} {record.name} [{request_id()}] {message.split('?')[0]}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line
