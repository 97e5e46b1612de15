"""The proof that joins the two books: what was decided can be decided again. See ``ledger.verify``.

It stands on the roof because policy and ledger do not know each other.
"""

from django.utils.translation import gettext_lazy as _

from ledger.verify import Invariant, register
from office.models import Centre
from policy.models import StoredDecision
from policy.services import verify_decisions

# A replay takes about a millisecond; a centre makes some thousand decisions between two proofs.
NEWEST = 10_000


def decisions_come_out_again(centre: Centre) -> list[str]:
    """S5: the newest decisions of a centre, made again from their stored rows, do not differ."""
    newest = StoredDecision.objects.filter(centre=centre).select_related("centre").order_by("-pk")
    return [
        f"{found.decision.pk}: {', '.join(found.differs_in)}"
        for found in verify_decisions(newest[:NEWEST])
    ]


register(Invariant("S5", _("Stored decisions come out the same again"), decisions_come_out_again))
