"""What an account may do for whom."""
import datetime as dt

GROWN_UP = 18


def eighteenth_birthday(born: dt.date) -> dt.date:
    """The day on which a child comes of age; for one born on 29 February the first of March."""
    try:
        return born.replace(year=born.year + GROWN_UP)
    except ValueError:
        return dt.date(born.year + GROWN_UP, 3, 1)


def until(born: dt.date | None, today: dt.date) -> dt.date | None:
    """When the patient leaves the account by himself: a child at eighteen, a grown-up never (R72)."""
    if born is None:
        return None
    birthday = eighteenth_birthday(born)
    return birthday if birthday > today else None
