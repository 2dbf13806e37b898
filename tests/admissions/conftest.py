import pytest

from tests.admissions.factories import House


@pytest.fixture
def house(db):
    return House()
