"""The one door for writes: who may do it, one transaction, one journal row, typed refusals, each request once.

    @act("nursing.administer_dose")
    def administer_dose(dose_id, *, by, given_at=None):
        ...
        record(fact, patient=..., encounter=..., amount=str(dose.amount))
        return fact

A second person who signs too is proven before the transaction: `@act(name, proofs={"witness": "witness_pin"})` takes
`witness_pin` (PIN, badge or password) from the caller, and the function gets the proven Staff row as `witness`.

The declared function may be called with `request_key` (a UUID made by the client): a repetition returns the row that
the first call made. `by` is the Staff row or the Patient who acts; the system itself is a Staff row too.
"""
import random
import time
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from emr.errors import Busy, Malformed, NotFound, NotPermitted, Refusal, RequestKeyReused

ACTS = {}  # name -> act; read by the permission table, the API, tests and documentation
LAST_LINE = {}  # constraint name -> Refusal class (or a function that makes one), for a race that reaches the database
RETRIED = {"40001", "40P01"}  # serialization failure, deadlock
LOCK_TIMEOUT = "55P03"
NO_SUCH_ROW = "23503"  # foreign key violation: an identifier that names nothing


@dataclass
class Frame:
    """The act under way: what the journal needs to know about it."""

    name: str
    by: object
    request_key: UUID | None
    recorded: int = 0
    proven: dict | None = None  # who signed too, and with what: told by the journal row


_frame: ContextVar[Frame | None] = ContextVar("act", default=None)


def current() -> Frame:
    """The act under way. Raises RuntimeError outside one, because nothing may be written there."""
    frame = _frame.get()
    if frame is None:
        raise RuntimeError("only an act may write: call this inside a function declared with @act")
    return frame


class ForgottenJournal(RuntimeError):
    """A programming error: the act wrote no journal row, or more than one."""


def act(name: str, proofs: dict[str, str] | None = None):
    """Declare a function as the act `name`: permission, transaction, journal, request key, refusals.

    `proofs`: argument that names a second person -> argument with that person's PIN; "by": the actor's own password.
    """

    def declare(function):
        @wraps(function)
        def perform(*args, by, request_key=None, **kwargs):
            if not by.may(name):
                raise NotPermitted(act=name)
            if request_key and (earlier := _done_before(name, by, request_key)):
                return earlier.about()
            proven = _proven(proofs or {}, by, kwargs)
            try:
                return _with_retries(lambda: _in_transaction(name, function, args, by, request_key, kwargs, proven))
            except (Refusal, IntegrityError, DataError, ObjectDoesNotExist) as error:
                # Two copies of one request ran side by side: the first one's row is the answer of both.
                if request_key and not connection.in_atomic_block and (earlier := _done_before(name, by, request_key)):
                    return earlier.about()
                raise _refusal_for(error) from error

        perform.act, perform.proofs = name, proofs or {}
        if name in ACTS:
            raise RuntimeError(f"the act {name} is declared twice")
        ACTS[name] = perform
        return perform

    return declare


def _proven(proofs, by, kwargs) -> dict:
    """Check who signs too, outside the act's transaction: a wrong PIN is counted though the act leaves nothing."""
    from emr.actions import staff_pin

    found = {}
    for who, secret in proofs.items():
        secret = kwargs.pop(secret, "") or ""
        if who == "by":
            staff_pin.confirm(by, secret)
        elif kwargs.get(who) and (outer := _frame.get()) and outer.by == by and who in (outer.proven or {}):
            found[who] = outer.proven[who]  # the act around this one has checked it and passes the person on
        elif kwargs.get(who):
            kwargs[who], how = staff_pin.prove(kwargs[who], secret, by=by)
            found |= {who: how} if how else {}
    return found


def _in_transaction(name, function, args, by, request_key, kwargs, proven=None):
    frame = Frame(name, by, request_key, proven=proven)
    token = _frame.set(frame)
    try:
        with transaction.atomic():
            result = function(*args, by=by, **kwargs)
            if frame.recorded != 1:
                raise ForgottenJournal(f"{name} wrote {frame.recorded} journal rows, not one")
            return result
    finally:
        _frame.reset(token)


def _with_retries(attempt):
    """Deadlock losers try again, at most three times; inside an outer transaction only the outer one can."""
    for tries_left in (2, 1, 0):
        try:
            return attempt()
        except OperationalError as error:
            state = getattr(error.__cause__, "pgcode", None)
            if state == LOCK_TIMEOUT:
                raise Busy() from error
            if state not in RETRIED or not tries_left or connection.in_atomic_block:
                raise Busy() if state in RETRIED else error from error
            time.sleep(random.uniform(0.01, 0.1))


def _done_before(name, by, request_key):
    from emr.models import JournalEntry

    earlier = JournalEntry.objects.filter(request_key=request_key, **by.as_author()).first()
    if earlier and earlier.act != name:
        raise RequestKeyReused()
    return earlier


def _refusal_for(error):
    """The typed refusal behind a broken constraint, or the error itself when nobody foresaw it."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ObjectDoesNotExist) or getattr(error.__cause__, "pgcode", None) == NO_SUCH_ROW:
        return NotFound()
    if isinstance(error, DataError):  # a text longer than its column, a number beyond its range: no act should let it so far
        return Malformed(problem=str(error).splitlines()[0])
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return LAST_LINE[name]() if name in LAST_LINE else error
