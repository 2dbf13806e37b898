"""Two people at the same moment: threads with connections of their own, and a seam between reading and writing."""
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from threading import Barrier
from unittest.mock import patch

from django.db import connection

from emr.errors import Refusal


def at_once(*calls):
    """Run the calls at the same moment, each with its own connection; return what each gave or refused with."""
    gate = Barrier(len(calls))

    def run(call):
        try:
            gate.wait()
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@contextmanager
def just_before(target, deed):
    """The first time `target` is called, let someone else do `deed` and commit, then go on."""
    module, name = target.rsplit(".", 1)
    real = getattr(import_module(module), name)
    deeds = [deed]

    def seam(*args, **kwargs):
        if deeds:
            at_once(deeds.pop())
        return real(*args, **kwargs)

    with patch(target, seam):
        yield
