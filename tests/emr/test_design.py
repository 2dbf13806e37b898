"""The design system: strict CSP, icons, contrast."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from emr import navigation
from emr.templatetags import _marks
from emr.web import login, styleguide

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "emr/static/emr/css"


def files(*patterns):
    """Our own files, never those of the virtual environment."""
    return [
        file
        for pattern in patterns
        for file in ROOT.glob(pattern)
        if not {".venv", "var", "node_modules"} & set(file.relative_to(ROOT).parts) and "static/vendor" not in file.as_posix()
    ]


def templates():
    found = files("*/templates/**/*.html", "*/*/templates/**/*.html")
    assert len(found) > 30
    return found


# --- content security policy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("a style element", r"<style\b"),
        ("an inline script", r"<script(?![^>]*\bsrc=)"),
        ("an inline handler", r"<[^>]*\son(click|change|submit|load|input|key\w+)\s*="),
        ("hx-on, which needs eval", r"\bhx-on\b"),
        ("a script value, which needs eval", r"hx-(vals|headers)=[\"']js:"),
        ("an address of another host", r"(src|href|action)=[\"'](https?:)?//"),
    ],
)
def test_no_template_holds_what_the_policy_blocks(what, pattern):
    guilty = [file.relative_to(ROOT).as_posix() for file in templates() if re.search(pattern, file.read_text())]
    assert not guilty, f"{what} in {guilty}"


def test_no_drawing_made_in_python_holds_a_style_attribute():
    guilty = [
        file.name
        for file in files("*/templatetags/*.py", "*/web/*.py", "*/*/web/*.py")
        if re.search(r"\sstyle=[\"']", file.read_text())
    ]
    assert not guilty


def test_scripts_build_no_markup_and_run_no_text():
    for file in files("*/static/**/*.js", "*/*/static/**/*.js"):
        assert not re.search(
            r"\beval\(|new Function|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write", file.read_text()
        ), file.name


# --- icons ---------------------------------------------------------------------------------------------------------


def sprite():
    return set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "emr/static/emr/icons.svg").read_text()))


def test_every_icon_of_a_template_is_in_the_sprite():
    known, missing = sprite(), []
    for file in templates():
        text = file.read_text()
        used = re.findall(r'{% icon "([^"]+)"', text) + re.findall(r'\bicon="([a-z0-9-]+)"', text)
        missing += [(file.name, name) for name in used if name not in known]
    assert not missing


def test_every_icon_named_in_python_is_in_the_sprite():
    used = {icon for icon, _tone, _word in _marks.MARKS.values()} | set(_marks.TONE_ICONS.values()) | set(styleguide.ICONS)
    used |= {entry.icon for _label, entries in navigation.MENU for entry in entries} | set(login.DEMO_LOGINS.values())
    assert not used - sprite()


def test_every_state_has_an_icon_a_word_and_a_known_tone():
    for value, (icon, tone, word) in _marks.MARKS.items():
        assert icon and str(word), value
        assert tone in _marks.TONE_ICONS, value


# --- colours -------------------------------------------------------------------------------------------------------

PAIRS = [  # ink, ground
    ("ink", "bg"),
    ("ink", "surface"),
    ("ink", "surface-2"),
    ("ink", "hover"),
    ("ink", "accent-soft"),
    ("ink-2", "bg"),
    ("ink-2", "surface"),
    ("ink-2", "surface-2"),
    ("ink-2", "hover"),
    ("ink-3", "bg"),
    ("ink-3", "surface"),
    ("ink-3", "surface-2"),
    ("ink-3", "hover"),
    ("accent", "surface"),
    ("accent", "bg"),
    ("accent", "accent-soft"),
    ("accent", "hover"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    ("side-ink", "side"),
    ("side-ink-2", "side"),
    ("side-ink", "side-hover"),
    ("side-active-ink", "side-active"),
    ("side-active-ink", "side-hover"),
    ("side-mark", "side"),
    ("side-ink-2", "side-active"),
    *[(tone, f"{tone}-soft") for tone in ("bad", "warn", "good", "info", "quiet")],
    *[(tone, ground) for tone in ("bad", "warn", "good", "info", "quiet") for ground in ("surface", "bg", "hover")],
    *[("solid-ink", f"{tone}-solid") for tone in ("bad", "warn", "good", "info", "quiet")],
    *[("ink", f"{tone}-soft") for tone in ("bad", "warn", "good", "info")],
    *[("ink-2", f"{tone}-soft") for tone in ("bad", "warn", "good", "info")],
]


def block(selector):
    """The declarations of the first block of tokens.css with this selector."""
    text = (CSS / "tokens.css").read_text()
    body = re.search(re.escape(selector) + r"\s*{(.*?)\n\s*}", text, re.S).group(1)
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


def theme(dark, contrast=False):
    tokens = block(":root") | (block('[data-theme="contrast"]') if contrast else {})
    chosen = {}
    for name, value in tokens.items():
        pair = re.match(r"light-dark\((#\w{6}), (#\w{6})\)", value)
        chosen[name] = pair.group(2 if dark else 1) if pair else value.strip()
    return chosen


def contrast(one, other):
    """WCAG 2.2 contrast ratio of two #rrggbb colours."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("dark", "high"), [(False, False), (True, False), (False, True), (True, True)])
def test_words_can_be_read_on_every_ground_of_every_theme(dark, high):
    tokens = theme(dark, high)
    weak = {pair: round(ratio, 2) for pair in PAIRS if (ratio := contrast(tokens[pair[0]], tokens[pair[1]])) < 4.5}
    assert not weak


@pytest.mark.parametrize(("dark", "high"), [(False, False), (True, False), (False, True), (True, True)])
def test_frames_of_fields_and_the_focus_ring_can_be_seen(dark, high):
    tokens = theme(dark, high)
    weak = [(a, b) for a in ("field-line", "focus") for b in ("surface", "bg") if contrast(tokens[a], tokens[b]) < 3]
    assert not weak


def test_high_contrast_by_choice_and_by_the_system_are_the_same():
    assert block('[data-theme="contrast"]') == block(":root:not([data-theme])")


# Paper is white and its ink black (a barcode needs that in any theme); every other colour is a token.
COLOUR = r"#(?!(?:ffffff|000000)\b)[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\("


def test_colours_are_named_in_the_tokens_only():
    for file in CSS.glob("*.css"):
        if file.name not in ("tokens.css", "paper.css", "print.css"):
            assert not re.search(COLOUR, file.read_text()), file.name
    for file in files("*/static/*/*.css", "*/static/*/css/*.css", "*/*/static/**/*.css"):
        if CSS not in file.parents:
            assert not re.search(COLOUR, file.read_text()), file.as_posix()


def test_every_token_that_is_used_exists():
    known = set(block(":root")) | {"lead", "lead-patient"}
    for file in files("*/static/**/*.css", "*/*/static/**/*.css"):
        assert not set(re.findall(r"var\(--([\w-]+)", file.read_text())) - known, file.name
