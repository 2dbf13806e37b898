"""What the institution asks of orders of some drugs: which may not be told by word of mouth, which a pharmacist verifies."""
from django.db.models import CharField, F, Q, Value

from emr.models import Staff
from orders.models import OrderPolicy, OrderSetting


def met_by(medication, department):
    """Active policies that this product in this department falls under; those that block giving first. One query."""
    rows = OrderPolicy.objects.filter(is_active=True).annotate(of_drug=Value(medication.atc, output_field=CharField()))
    rows = rows.filter(Q(atc="") | Q(of_drug__startswith=F("atc")), Q(department__isnull=True) | Q(department=department))
    rows = rows if medication.is_controlled else rows.filter(is_controlled=False)
    rows = rows if medication.is_high_risk else rows.filter(is_high_risk=False)
    return rows.order_by("-blocks_giving", "code")


def all_policies():
    """Every policy, those switched off too. One query."""
    return OrderPolicy.objects.select_related("department").order_by("kind", "code")


def setting() -> OrderSetting:
    """Our institution's hours, else the demo value, not stored."""
    return OrderSetting.objects.filter(institution__is_ours=True).first() or OrderSetting()


def verification_of(drug, encounter, order, by) -> dict:
    """What policy asks of a new order, as columns of its row: the policy, and whether no dose is given before. One query.

    Only orders of the house; a system that tells what was prescribed elsewhere is not asked. STAT never waits.
    """
    if order["category"] != "inpatient" or by.kind == Staff.Kind.SYSTEM:
        return {}
    policy = met_by(drug, encounter.department_id).filter(kind=OrderPolicy.Kind.VERIFY).first()
    return {"verified_by_policy": policy, "waits_for_verification": bool(policy and policy.blocks_giving
                                                                         and order["priority"] != "stat")}
