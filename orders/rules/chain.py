"""Orders that took each other's place, shown on one line: what runs now, what it was before, how long it was renewed."""


def on_one_line(orders) -> list:
    """One row for each chain of orders, in the order given: the one that runs now, else the newest.

    Beside it `earlier` (those it took the place of, oldest first) and `later` (renewals that have not begun, next first).
    `orders` are rows with `status`; an order in error stands on a line of its own.
    """
    by_id = {row.pk: row for row in orders}
    following = {row.replaces_id: row for row in orders if row.replaces_id in by_id and row.status != "entered-in-error"
                 and by_id[row.replaces_id].status != "entered-in-error"}
    heads = []
    for row in orders:
        row.earlier, row.later = [], []
    for first in orders:
        if following.get(first.replaces_id) is first:
            continue
        line = [first]
        while line[-1].pk in following:
            line.append(following[line[-1].pk])
        running = [row for row in line if row.status not in ("stopped", "completed", "entered-in-error")]
        head = running[0] if running else line[-1]
        place = line.index(head)
        head.earlier, head.later = line[:place], line[place + 1:]
        heads.append(head)
    shown = {row.pk for row in heads}
    return [row for row in orders if row.pk in shown]
