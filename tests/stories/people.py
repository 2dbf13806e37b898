"""People at their screens: one browser context each, signed in through the real page, watched for every complaint."""
import re
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect

WATCH = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`));"""


class Hand:
    """What a person does with keyboard and mouse, counted: keys with a meaning, clicks, choices; not the words of a field."""

    def __init__(self, person, budget):
        self.person, self.page, self.budget, self.count = person, person.page, budget, 0

    def press(self, *keys):
        self.page.wait_for_load_state()
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def click(self, target):
        target.click()
        self.count += 1

    def goes(self, letter):
        """To a page of the menu: two keys."""
        self.person.goes(letter)
        self.count += 2

    def opens_row(self):
        """The next row of the list, opened."""
        self.press("j", "Enter")

    def sends(self, field):
        """The form in which the field stands, by the keyboard."""
        field.press("Control+Enter")
        self.count += 1

    def write(self, label, text):
        self.page.get_by_label(label, exact=False).first.fill(text)

    def within(self, task):
        taken, self.count = self.count, 0
        assert taken <= self.budget[task], f"{self.person.role}: {task} took {taken} keys and clicks"


def budget():
    """What docs/design.md allows each daily task: {task: keys and clicks}."""
    lines = (Path(__file__).parents[2] / "docs/design.md").read_text().split("## Budget of keys and clicks")[1].split("\n## ")[0]
    return {task.strip(): int(most) for task, most in re.findall(r"^\| ([^|]+) \| (\d+) \|", lines, re.M)}


class Person:
    """Somebody who signed in with the demo button of a role; `page` is the screen he looks at."""

    def __init__(self, context, role):
        self.role, self.context, self.complaints = role, context, []
        context.add_init_script(WATCH)
        self.page = context.new_page()
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", lambda answer: answer.status >= 400 and self.complaints.append(f"{answer.status} {answer.url}"))
        with self.doing("signs in"):
            self.page.goto("/login")
            self.house = self.page.url.removesuffix("login")
            self.page.locator(f"button[name=username][value={role}]").click()
            expect(self.page.locator("#content h1")).to_have_text("Today")

    @contextmanager
    def doing(self, what):
        """A step of the work; afterwards the browser has nothing to complain about: no error, no forbidden resource."""
        try:
            yield self.page
        finally:
            assert not self.complaints, f"{self.role} {what}: {self.complaints}"

    def goes(self, letter):
        """To a page of the menu by `g` and its letter."""
        self.page.wait_for_load_state()
        address = self.page.locator(f"[data-go={letter}]").get_attribute("href")
        self.page.locator("#content").focus()
        self.page.keyboard.press("g")
        self.page.keyboard.press(letter)
        self.page.wait_for_url(lambda url: url.split("?")[0].endswith(address), wait_until="load")

    def presses(self, key):
        """A key of the page that has just opened: its scripts are there before the finger is."""
        self.page.wait_for_load_state()
        self.page.keyboard.press(key)

    def reads(self, path):
        """A page with all the fragments that it loads by itself."""
        self.page.goto(path)
        self.settles()

    def settles(self):
        """Until every fragment of the page has come."""
        self.page.wait_for_load_state()
        expect(self.page.locator("[hx-trigger=load][hx-swap=outerHTML], .htmx-request")).to_have_count(0)

    def tabs_to(self, target, most=150):
        """Press Tab until the target has the focus; how many presses it took, or an AssertionError."""
        expect(target).to_be_visible()
        for presses in range(most):
            if target.evaluate("element => element === document.activeElement"):
                return presses
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.role}: Tab never reaches {target}")

    def chooses(self, group, option):
        """One of a row of buttons, by their common label."""
        self.page.get_by_role("radiogroup", name=group).locator("label", has_text=option).click()

    def prefers(self, language):
        """The same without the menu: the cookie alone."""
        self.context.add_cookies([{"name": "emr_language", "value": language, "url": self.house}])

    def speaks(self, language):
        """The language of the pages, chosen in the menu on top."""
        self.page.locator(".top .menu", has=self.page.locator("[name=language]")).locator("summary").click()
        self.page.locator(f"[name=language][value={language}]").click()
        expect(self.page.locator(f"html[lang={language}]")).to_be_attached()
