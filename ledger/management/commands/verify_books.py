"""Prove the invariants of the books; see ``ledger.verify``."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger.verify import Proof, prove
from office.models import Centre


class Command(BaseCommand):
    """Recompute every invariant the data can prove and print what does not hold."""

    help = "Prove the invariants of the books. Exit 0: all hold; 1: some do not; 2: bad argument."

    def add_arguments(self, parser: CommandParser) -> None:
        """One centre or all of them; for people or for machines."""
        parser.add_argument("--centre", help="code of one centre; all of them unless given")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object on standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every registered invariant over the chosen books."""
        centres = Centre.objects.order_by("code")
        if options["centre"] is not None:
            centres = centres.filter(code=options["centre"])
            if not centres:
                self.stderr.write(f"--centre: no centre has the code {options['centre']!r}")
                raise SystemExit(2)
        proofs = prove(centres)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(proofs), ensure_ascii=False))
        else:
            for proof in proofs:
                self._write_proof(proof)
        if not all(proof.holds for proof in proofs):
            raise SystemExit(1)

    def _write_proof(self, proof: Proof) -> None:
        sign = "✓" if proof.holds else "✗"
        self.stdout.write(f"{sign} {proof.invariant.code:<14} {proof.invariant.title}")
        for violation in proof.violations:
            self.stdout.write(f"    {violation}")


def _as_json(proofs: list[Proof]) -> dict[str, object]:
    return {
        "holds": all(proof.holds for proof in proofs),
        "invariants": [
            {
                "invariant": proof.invariant.code,
                "title": str(proof.invariant.title),
                "holds": proof.holds,
                "violations": list(proof.violations),
            }
            for proof in proofs
        ],
    }
