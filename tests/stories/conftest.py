import pytest
from playwright.sync_api import expect

from tests.stories.hospital import Hospital
from tests.stories.people import Person

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture
def hospital(transactional_db):
    return Hospital()


@pytest.fixture
def people(hospital, live_server, new_context):
    """people("ward_nurse") = the nurse at her screen; asked again, the same screen."""
    there = {}

    def person(role, **options):
        if role not in there:
            there[role] = Person(new_context(base_url=live_server.url, **options), role)
        return there[role]

    return person
