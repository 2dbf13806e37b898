"""How long this institution waits before it asks or tells."""
from nursing.models import BedsideSetting


def current() -> BedsideSetting:
    """Our institution's row, else one with the demo values, not stored."""
    return BedsideSetting.objects.filter(institution__is_ours=True).first() or BedsideSetting()
