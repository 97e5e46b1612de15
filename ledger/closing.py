"""What of the books stands in the way of closing a business day."""

import datetime as dt

from django.utils.translation import gettext as _

from ledger.models import Entry
from office.hindrances import Hindrance, hinders
from office.models import Centre, DrawerClosing, User


@hinders
def drawers_that_are_open(centre: Centre, date: dt.date) -> list[Hindrance]:
    """Name the people who booked on the day and have not closed their drawer.

    Whether they block the day is the centre's own setting.
    """
    closed = DrawerClosing.objects.filter(
        centre=centre, business_date=date, reopened_by__isnull=True
    ).values("teller")
    makers = (
        Entry.objects.filter(centre=centre, business_date=date, maker__centre=centre)
        .exclude(maker__in=closed)
        .order_by()
        .values("maker")
    )
    names = [str(one) for one in User.objects.filter(pk__in=makers).order_by("username")]
    if not names:
        return []
    said = _("Drawers not closed: %(names)s.") % {"names": "、".join(names)}
    return [Hindrance(said, blocks=centre.drawers_close_first)]
