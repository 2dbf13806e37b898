"""Refusals a user may meet. `code` is for programs, the message is for people and says what to do next."""
import datetime as dt

from django.utils.translation import gettext_lazy as _

from emr.clock import spoken


class Refusal(Exception):
    """A clear no. Nothing was written when it is raised out of an act."""

    code = "emr.refused"
    status = 409
    message = _("This cannot be done.")

    def __init__(self, **data):
        self.data = data
        super().__init__(self.code)

    def __str__(self):
        """The sentence in the reader's language, with moments as one says them on the ward."""
        words = {name: spoken(value) if isinstance(value, dt.datetime) else value for name, value in self.data.items()}
        return str(self.message).format(**words)


class NotPermitted(Refusal):
    code, status = "emr.not_permitted", 403
    message = _("Your role may not do this ({act}). Ask a colleague whose role may, or the administrator.")


class AnotherSignedIn(Refusal):
    code, status = "emr.another_signed_in", 412
    message = _("This was entered by somebody else than who is signed in now. Only that person can send it.")


class NotFound(Refusal):
    code, status = "emr.not_found", 404
    message = _("Nothing was found under this address. Check it, or search again.")


class Malformed(Refusal):
    """The input cannot be understood at all. `problem` says which field and what is expected."""

    code, status = "emr.malformed", 400
    message = _("The input could not be read: {problem}.")


class Busy(Refusal):
    code, status = "emr.busy", 409
    message = _("A colleague is changing the same record at this moment. Wait a few seconds and try again.")


class NotRecorded(Refusal):
    """The store could not take the row (out of reach, full): the loud message of bar-code administration."""

    code, status = "emr.not_recorded", 503
    message = _("Your entry is NOT recorded. Write it down on paper and enter it when the system answers again.")


class RequestKeyReused(Refusal):
    code, status = "emr.request_key_reused", 422
    message = _("This request key was already used for another act. Send the new act with a new key.")


class RequestKeyMissing(Refusal):
    code, status = "emr.request_key_missing", 428
    message = _("This act needs an Idempotency-Key header, so that sending it twice does it once.")


class AlreadyInError(Refusal):
    code = "emr.already_in_error"
    message = _("This entry was already marked as an error at {at}.")


class ReasonMissing(Refusal):
    code, status = "emr.reason_missing", 422
    message = _("Say why: a reason is needed here.")


class TimeInFuture(Refusal):
    code, status = "emr.time_in_future", 422
    message = _("The time lies in the future. Enter when it really happened.")


class TextTooLong(Refusal):
    code, status = "emr.text_too_long", 413
    message = _("The text of “{field}” is too long: {length} characters, at most {limit}. Shorten it or attach a file.")
