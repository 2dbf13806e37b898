"""Money for those whose work it is: every page, address and export of billing, asked by every role (security 4.1, G17)."""
import re

import pytest
from django.urls import get_resolver

from billing.actions.charge_item import post_charges
from billing.models import Account, ChargeItem
from emr.models import User
from emr.permissions import ROLES
from tests.billing.factories import make_accountant, make_case
from tests.factories import make_staff
from tests.house.test_addresses import NOBODY, walk

pytestmark = pytest.mark.django_db
MONEY = {"accountant", "cashier"}
NO_MONEY = sorted(set(ROLES) - MONEY - {"manager", "system", "patient"})  # a manager reads sums, never an account
ADDRESSES = sorted(address for address, _entry in walk(get_resolver()) if address.startswith(("billing/", "api/billing/")))


def filled(address, account, line, patient):
    """The address with identities of rows that are there, where a row is asked for."""
    for name, row in (("account_id", account), ("account", account), ("line_id", line), ("patient_id", patient),
                      ("encounter", account.encounter)):
        address = address.replace(f"<uuid:{name}>", str(row.pk))
    if address.startswith("api/billing/lines"):
        return f"/api/billing/lines/{line.pk}"
    return "/" + re.sub(r"<(?:uuid|str|int|slug):\w+>", str(NOBODY), address)


def test_no_role_without_money_reads_a_sum_anywhere(client):
    case = make_case()
    post_charges(by=make_accountant())
    account, line = Account.objects.get(), ChargeItem.objects.filter(kind="bed-day").first()
    before = ChargeItem.objects.count()
    case.patient.user = User.objects.create(username="patient1")
    case.patient.save(update_fields=["user"])
    # all other roles in one person
    everything = make_staff(*NO_MONEY, department=case.department, login="everything-but-money").user
    for user in (everything, case.patient.user):
        client.force_login(user, backend="emr.signin.Backend")
        for address in ADDRESSES:
            path = filled(address, account, line, case.patient)
            answer = client.get(path)
            if answer.status_code == 405:  # an address that only acts
                answer = client.post(path)
            assert answer.status_code == 403, f"{user} {path}: {answer.status_code}"
            assert b"96.40" not in answer.content and account.number.encode() not in answer.content
    assert ChargeItem.objects.count() == before


def test_the_manager_reads_sums_and_no_account(client):
    case = make_case()
    post_charges(by=make_accountant())
    account, line = Account.objects.get(), ChargeItem.objects.first()
    client.force_login(make_staff("manager", login="boss").user, backend="emr.signin.Backend")
    for address in ADDRESSES:
        answer = client.get(filled(address, account, line, case.patient))
        assert case.patient.family.encode() not in answer.content and account.number.encode() not in answer.content, address
