"""One table says who may do what: every act and look is in it, nothing else is, and strangers leave no row."""
import importlib
import pkgutil
from inspect import signature

import pytest
from django.apps import apps

from emr.acts import ACTS
from emr.errors import NotPermitted
from emr.models import JournalEntry
from emr.pages import LOOKS
from emr.permissions import ROLES, SECTIONS
from tests.factories import make_patient, make_staff

OURS = [config for config in apps.get_app_configs() if config.module.__file__.startswith(str(__file__).split("/tests/")[0])
        and "site-packages" not in config.module.__file__]


def load_everything():
    """Import every module of ours, so that all acts and looks have been declared."""
    looks = set(LOOKS)
    for config in OURS:
        for found in pkgutil.walk_packages(config.module.__path__, config.name + "."):
            if ".migrations" not in found.name and not found.name.endswith(("settings_test", "wsgi")):
                module = importlib.import_module(found.name)
                looks |= {getattr(view, "look", None) for view in vars(module).values()}
                for route in getattr(module, "urlpatterns", []):
                    callback = getattr(route, "callback", None)
                    looks.add(getattr(getattr(callback, "view_class", callback), "look", None))
    return {name for name in looks if isinstance(name, str) and name}


ALL_LOOKS = load_everything()
GRANTED = set().union(*ROLES.values())


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_act_is_granted_to_some_role(name):
    assert name in GRANTED


@pytest.mark.parametrize("name", sorted(GRANTED))
def test_every_granted_name_exists(name):
    assert name in ACTS or name in ALL_LOOKS, "neither an act nor a look: a typing error or something removed"


@pytest.mark.parametrize("name", sorted(ACTS))
def test_whoever_signs_too_is_proven(name):
    named = {"witness", "second_signature"} & set(signature(ACTS[name]).parameters)
    assert named <= set(ACTS[name].proofs), "a second person is only named: @act(…, proofs={…})"


@pytest.mark.parametrize("look", sorted(ALL_LOOKS))
def test_every_look_is_granted_to_some_role(look):
    assert look in GRANTED


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ACTS))
def test_a_stranger_is_refused_every_act_and_leaves_no_row(name):
    stranger = make_staff("no-such-role")
    before = JournalEntry.objects.count()
    with pytest.raises(NotPermitted):
        ACTS[name](by=stranger)
    if name not in ROLES["patient"]:
        with pytest.raises(NotPermitted):
            ACTS[name](by=make_patient())
    assert JournalEntry.objects.count() == before


def test_sections_are_given_to_roles_that_exist():
    assert set(SECTIONS) <= set(ROLES)


def test_an_administrator_has_no_clinical_right():
    assert "admin" not in SECTIONS and not ROLES["admin"] & {name for name in GRANTED if name.startswith(("orders", "nursing"))}
