"""The exchange's side of the call centre: what it tells becomes rows, whom a campaign wants it rings up.

Text over TCP as Asterisk speaks it (Asterisk Manager Interface 1.x and later; docs.asterisk.org, "AMI v2 Specification"):
messages of `Name: value` lines, an empty line after each. Of its events these are used: QueueCallerJoin, AgentConnect,
QueueCallerAbandon, AgentComplete, VarSet of MIXMONITOR_FILENAME, OriginateResponse.
"""
import socket

from emr.errors import Refusal
from outpatient.booking.actions.campaign import dial_next, note_campaign_call
from outpatient.booking.actions.phone_call import answer_phone_call, end_phone_call, note_phone_call
from outpatient.booking.models import CampaignCall
from outpatient.booking.queries.campaign import running
from outpatient.booking.rules.telephone import fields, message

PATIENCE = 2  # seconds without an event after which campaigns are looked at
# of OriginateResponse
REASONS = {"4": CampaignCall.Outcome.REACHED, "5": CampaignCall.Outcome.BUSY, "3": CampaignCall.Outcome.NO_ANSWER}


class ExchangeRefused(Exception):
    """The exchange did not let us in, or went away."""


class Telephone:
    """A connection to the exchange. `by`: the system, in whose name calls are noted. `say`: where refusals are told."""

    def __init__(self, connection: socket.socket, *, by, say=lambda sentence: None):
        self.connection, self.by, self.say, self.rest = connection, by, say, b""
        connection.settimeout(PATIENCE)

    def sign_in(self, username, secret):
        """Open the session; events of calls and agents are sent from now on. Raises ExchangeRefused."""
        self.connection.sendall(message(Action="Login", Username=username, Secret=secret, Events="on"))
        while (answer := self.next_message(wait=True)).get("Response") is None:
            pass
        if answer["Response"] != "Success":
            raise ExchangeRefused(answer.get("Message", "the exchange refused the login"))

    def live(self):
        """Listen and dial for ever. Raises ExchangeRefused when the exchange goes away."""
        while True:
            self.step()

    def step(self):
        """Take one message, if there is one, and let the campaigns dial."""
        told = self.next_message()
        if told:
            self.hear(told)
        self.dial()

    def next_message(self, wait=False) -> dict:
        """The next message; empty when none came in time. Raises ExchangeRefused at the end of the connection."""
        while b"\r\n\r\n" not in self.rest:
            try:
                got = self.connection.recv(65536)
            except TimeoutError:
                if wait:
                    raise ExchangeRefused("the exchange does not answer") from None
                return {}
            if not got:
                raise ExchangeRefused("the exchange closed the connection")
            self.rest += got
        block, self.rest = self.rest.split(b"\r\n\r\n", 1)
        return fields(block)

    def hear(self, told: dict):
        """What one event means for us; what we do not know is passed over, what is refused is told and passed over too."""
        event, number = told.get("Event"), told.get("Uniqueid", "")
        try:
            if event == "QueueCallerJoin":
                note_phone_call(by=self.by, external_id=number, line=told.get("Queue", ""), number=told.get("CallerIDNum", ""))
            elif event == "AgentConnect":
                answer_phone_call(by=self.by, external_id=number, extension=told.get("Interface", "")
                                  .rpartition("/")[2].partition("@")[0])
            elif event in ("QueueCallerAbandon", "AgentComplete"):
                end_phone_call(by=self.by, external_id=number)
            elif event == "VarSet" and told.get("Variable") == "MIXMONITOR_FILENAME":
                end_phone_call(by=self.by, external_id=number, recording=told.get("Value", ""))
            elif event == "OriginateResponse" and told.get("ActionID"):
                outcome = REASONS.get(told.get("Reason"), CampaignCall.Outcome.FAILED)
                note_campaign_call(told["ActionID"], by=self.by, outcome=outcome)
        except (Refusal, ValueError) as refusal:
            self.say(f"{event}: {refusal}")

    def dial(self):
        """Ring up whose turn it is, one call a campaign; the answer comes as an event."""
        for campaign in running():
            try:
                target = dial_next(campaign, by=self.by)
            except Refusal:
                continue
            self.connection.sendall(message(
                Action="Originate", ActionID=target.pk, Channel=f"Local/{target.number}@{campaign.line.code}",
                Context=campaign.line.code,
                Exten="message", Priority=1, Async="true", Timeout=30000, Variable=f"EMR_CAMPAIGN={campaign.pk}"))
