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


def test_every_act_is_granted_to_some_role():
    assert not set(ACTS) - GRANTED


def test_every_granted_name_exists():
    assert not GRANTED - set(ACTS) - ALL_LOOKS, "neither an act nor a look: a typing error or something removed"


def test_whoever_signs_too_is_proven():
    bare = [name for name, act in ACTS.items() for word, parameter in signature(act).parameters.items()
            # "": a name on paper
            if word in {"witness", "second_signature"} and parameter.default != "" and word not in act.proofs]
    assert not bare, "a second person is only named: @act(…, proofs={…})"


def test_every_look_is_granted_to_some_role():
    assert not ALL_LOOKS - GRANTED


@pytest.mark.django_db
def test_a_stranger_is_refused_every_act_and_leaves_no_row():
    stranger, patient = make_staff("no-such-role"), make_patient()
    before = JournalEntry.objects.count()
    for name, act in sorted(ACTS.items()):
        for actor in (stranger, patient) if name not in ROLES["patient"] else (stranger,):
            with pytest.raises(NotPermitted):
                act(by=actor)
            assert JournalEntry.objects.count() == before, name


def test_sections_are_given_to_roles_that_exist():
    assert set(SECTIONS) <= set(ROLES)


def test_an_administrator_has_no_clinical_right():
    assert "admin" not in SECTIONS and not ROLES["admin"] & {name for name in GRANTED if name.startswith(("orders", "nursing"))}
