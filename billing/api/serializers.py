"""What the API says about money and what its acts take. Money goes out as text with its own digits."""
from rest_framework import serializers

from billing.models import (
    Account,
    CaseGroup,
    ChargeItem,
    Estimate,
    EstimateLine,
    Invoice,
    OverheadRun,
    Payer,
    Payment,
    Period,
    Tariff,
)


class AccountOutput(serializers.ModelSerializer):
    total = serializers.DecimalField(max_digits=16, decimal_places=2, default=None)
    payer = serializers.CharField(source="payer.code")
    co_payer = serializers.CharField(source="co_payer.code", default=None)

    class Meta:
        model = Account
        fields = ["id", "number", "encounter", "patient", "payer", "co_payer", "co_share", "discount", "terms_reason",
                  "opened_at", "total"]


class AccountFilters(serializers.Serializer):
    text = serializers.CharField(required=False, max_length=100)
    open_only = serializers.BooleanField(required=False, default=False)


class ShareOutput(serializers.Serializer):
    """What a second payer takes of a line."""

    payer = serializers.CharField(source="payer.code")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class LineOutput(serializers.ModelSerializer):
    payer = serializers.CharField(source="payer.code")
    share = ShareOutput(default=None)

    class Meta:
        model = ChargeItem
        fields = ["id", "account", "patient", "payer", "share", "kind", "code", "text", "department", "performer", "source_kind",
                  "source_id", "source_part", "quantity", "unit",
                  "unit_price", "discount", "amount", "tariff", "lot", "occurred_on", "booked_on", "posted_at", "reverses"]


class PostInput(serializers.Serializer):
    until = serializers.DateField(required=False)


class PostedOutput(serializers.Serializer):
    lines = serializers.IntegerField(source="*")


class TermsInput(serializers.Serializer):
    payer = serializers.SlugField(max_length=40)
    co_payer = serializers.SlugField(max_length=40, required=False)
    co_share = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)
    discount = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)
    reason = serializers.CharField(max_length=300, required=False)


class GradeInput(serializers.Serializer):
    grade = serializers.SlugField(max_length=40)
    valid_from = serializers.DateField()


class GradeOutput(serializers.Serializer):
    id = serializers.UUIDField()
    staff = serializers.UUIDField(source="staff_id")
    grade = serializers.CharField()
    valid_from = serializers.DateField(source="valid.lower")
    valid_until = serializers.DateField(source="valid.upper", allow_null=True)


class OpenInput(serializers.Serializer):
    payer = serializers.SlugField(max_length=40, required=False)


class TariffOutput(serializers.ModelSerializer):
    valid_from = serializers.DateField(source="valid.lower")
    valid_until = serializers.DateField(source="valid.upper", allow_null=True)
    payer = serializers.CharField(source="payer.code", default=None)

    class Meta:
        model = Tariff
        fields = ["id", "kind", "code", "name", "price", "payer", "valid_from", "valid_until", "is_demo"]


class TariffFilters(serializers.Serializer):
    kind = serializers.ChoiceField(Tariff.Kind.choices, required=False)
    on = serializers.DateField(required=False)


class TariffInput(serializers.Serializer):
    kind = serializers.ChoiceField(Tariff.Kind.choices)
    code = serializers.CharField(max_length=80)
    name = serializers.CharField(max_length=300)
    price = serializers.DecimalField(max_digits=14, decimal_places=2)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False)
    payer = serializers.SlugField(max_length=40, required=False)
    late = serializers.BooleanField(required=False, default=False)


class PayerInput(serializers.Serializer):
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Payer.Kind.choices, required=False)


class PayerOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()


class InvoiceOutput(serializers.ModelSerializer):
    payer = serializers.CharField(source="payer.code")

    class Meta:
        model = Invoice
        fields = ["id", "number", "account", "payer", "amount", "issued_at", "issued_by", "booked_on", "reverses", "reason"]


class IssueInput(serializers.Serializer):
    payer = serializers.SlugField(max_length=40, required=False)


class ReasonInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class PaymentOutput(serializers.ModelSerializer):
    payer = serializers.CharField(source="payer.code")

    class Meta:
        model = Payment
        fields = ["id", "number", "account", "payer", "kind", "method", "amount", "paid_at", "taken_by", "booked_on",
                  "refunds", "reason"]


class PaymentInput(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    method = serializers.ChoiceField(Payment.Method.choices)
    kind = serializers.ChoiceField([choice for choice in Payment.Kind.choices if choice[0] != "refund"], required=False)
    payer = serializers.SlugField(max_length=40, required=False)


class RefundInput(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    reason = serializers.CharField(max_length=300)
    method = serializers.ChoiceField(Payment.Method.choices, required=False)


class EstimateLineOutput(serializers.ModelSerializer):
    class Meta:
        model = EstimateLine
        fields = ["kind", "code", "text", "quantity", "unit", "unit_price", "amount", "tariff", "lot"]


class EstimateOutput(serializers.ModelSerializer):
    payer = serializers.CharField(source="payer.code")
    lines = EstimateLineOutput(many=True)
    median = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)

    class Meta:
        model = Estimate
        fields = ["id", "number", "patient", "encounter", "payer", "diagnosis", "priced_on", "amount", "cases", "median", "lines",
                  "made_at", "made_by", "replaces", "reason"]


class ExpectedInput(serializers.Serializer):
    """One expected thing, asked for by the code of the price list."""

    kind = serializers.ChoiceField([choice for choice in Tariff.Kind.choices if choice[0] != "overhead"])
    code = serializers.CharField(max_length=80)
    quantity = serializers.DecimalField(max_digits=10, decimal_places=4)


class EstimateInput(serializers.Serializer):
    lines = ExpectedInput(many=True)
    payer = serializers.SlugField(max_length=40, required=False)
    encounter = serializers.UUIDField(required=False)
    diagnosis = serializers.CharField(max_length=40, required=False)
    priced_on = serializers.DateField(required=False)
    replaces = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=300, required=False)


class AssignInput(serializers.Serializer):
    encounter = serializers.UUIDField()


class GrouperOutput(serializers.Serializer):
    """A version of the grouper; without rules no case is grouped by it."""

    id = serializers.UUIDField()
    system = serializers.CharField()
    name = serializers.CharField()
    source = serializers.CharField()
    valid_from = serializers.DateField(source="valid.lower")
    valid_until = serializers.DateField(source="valid.upper", allow_null=True)
    is_demo = serializers.BooleanField()
    groups = serializers.IntegerField(source="group_count")
    rules = serializers.IntegerField(source="rule_count", allow_null=True)


class RateInput(serializers.Serializer):
    system = serializers.SlugField(max_length=40)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    source = serializers.CharField(max_length=200)
    valid_from = serializers.DateField()


class RateOutput(serializers.Serializer):
    id = serializers.UUIDField()
    system = serializers.CharField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    source = serializers.CharField()
    valid_from = serializers.DateField(source="valid.lower")
    valid_until = serializers.DateField(source="valid.upper", allow_null=True)


class GroupInput(serializers.Serializer):
    system = serializers.SlugField(max_length=40)
    code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    care = serializers.ChoiceField(CaseGroup.Care.choices, required=False)
    reason = serializers.CharField(max_length=300)


class GroupAssignmentOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    version = serializers.CharField(source="version.name")
    code = serializers.CharField(source="group.code", default=None)
    reason = serializers.CharField()


class GroupingOutput(serializers.Serializer):
    """The group of a case in one system, or why it has none."""

    system = serializers.CharField()
    version = serializers.CharField(source="version.name", default=None)
    code = serializers.CharField(source="group.code", default=None)
    name = serializers.CharField(source="group.name", default=None)
    weight = serializers.DecimalField(source="group.weight", max_digits=9, decimal_places=4, default=None)
    why = serializers.CharField()
    explained = serializers.CharField()
    worth = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    difference = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)


class PeriodOutput(serializers.ModelSerializer):
    class Meta:
        model = Period
        fields = ["id", "month", "closed_at", "closed_by", "lines", "amount"]


class MonthInput(serializers.Serializer):
    month = serializers.DateField(help_text="Any day of it")


class RepriceInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    kind = serializers.ChoiceField(Tariff.Kind.choices, required=False)
    account = serializers.UUIDField(required=False)
    expected = serializers.IntegerField(required=False, min_value=0)


class NormInput(serializers.Serializer):
    diagnosis = serializers.CharField(max_length=40)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    source = serializers.CharField(max_length=200)
    valid_from = serializers.DateField()


class NormOutput(serializers.Serializer):
    id = serializers.UUIDField()
    diagnosis = serializers.CharField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    source = serializers.CharField()
    valid_from = serializers.DateField(source="valid.lower")
    valid_until = serializers.DateField(source="valid.upper", allow_null=True)


class BatchOutput(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    period = serializers.UUIDField(source="period_id")
    rows = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)
    checksum = serializers.CharField()
    made_at = serializers.DateTimeField()


class SpreadInput(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    valid_from = serializers.DateField()
    entered = serializers.CharField(max_length=20000, help_text="One centre a line: name; cost; receiver=units, receiver=units")


class SpreadOutput(serializers.ModelSerializer):
    class Meta:
        model = OverheadRun
        fields = ["id", "since", "until", "valid_from", "entered", "rates", "made_at", "made_by"]
