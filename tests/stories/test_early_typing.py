"""What is typed while a page is still loading is not lost: the search is asked as soon as the page listens."""
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_name_typed_before_the_scripts_are_there_is_searched_all_the_same(hospital, people):
    with people("er_nurse").doing("types early") as page:
        waiting = []
        page.route("**/htmx-2*.js", lambda route: waiting.append(route))
        page.goto("/admissions/emergency/arrive", wait_until="commit")
        page.get_by_label("Name, birth date, number or phone").press_sequentially("Zzyzx")
        waiting.pop().continue_()
        expect(page.get_by_text("Nobody is found")).to_be_visible()
