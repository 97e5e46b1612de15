"""The annual settlement beside naive Django code and beside SQL written by hand.

All three make the same rows for Kashgar: settled amounts, vouchers, one posting per member and
kind, running totals. Each run happens inside a transaction that is rolled back, so that every
one starts from the same books. BENCH_ACCOUNTS sets the size, 10,000 unless given.
"""

import datetime as dt
import json
import os
import time
from collections.abc import Callable
from itertools import pairwise

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcenter.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F, Sum  # noqa: E402

from accounts.models import MemberAccount  # noqa: E402
from bench import hand_sql  # noqa: E402
from ledger.models import LedgerAccount  # noqa: E402
from ledger.postings import Move  # noqa: E402
from ledger.queries import get_ledger_account  # noqa: E402
from ledger.services import post  # noqa: E402
from office.models import Centre, User  # noqa: E402
from office.queries import get_open_day  # noqa: E402
from policy.services import load_policies  # noqa: E402
from settlement.bulk import BOOKED  # noqa: E402
from settlement.explain import explain_year  # noqa: E402
from settlement.models import SettlementItem, SettlementRun, Shard  # noqa: E402
from settlement.portfolio import generate  # noqa: E402
from settlement.services import approve_run, open_run, post_run, preview_run  # noqa: E402

ROUNDS = 3
NAIVE_SAMPLE = 200
CENTRE = "kashgar"
TODAY = dt.date(2026, 7, 1)


def product(run: SettlementRun, _accounts: list[int]) -> None:
    """Post the approved run as the product does, shards, fences and proof included."""
    post_run(run)


def by_hand(run: SettlementRun, _accounts: list[int]) -> None:
    """Make the same rows with statements written for this one policy."""
    with connection.cursor() as cursor:
        hand_sql.settle(
            cursor,
            connection.vendor,
            run_id=run.pk,
            centre_id=run.centre_id,
            maker_id=run.made_by_id,
            business_date=get_open_day(run.centre).date,
            document_no=run.number,
        )


def naive(run: SettlementRun, accounts: list[int]) -> None:
    """Settle account by account, as Django code is written when nobody measures."""
    day = get_open_day(run.centre).date
    for account in MemberAccount.objects.filter(pk__in=accounts):
        for kind, amount_fen in explain_year(account, run.year).amounts.items():
            SettlementItem.objects.create(
                run=run,
                year=run.year,
                member_account=account,
                member_id=account.member_id,
                kind=kind,
                amount_fen=amount_fen,
                base_fen=0,
            )
            if not amount_fen:
                continue
            entry_kind, code, component = BOOKED[kind]
            is_unit = kind == SettlementItem.Kind.INTEREST_UNIT
            line = account.unit_ledger_account if is_unit else account.flex_ledger_account
            expense = get_ledger_account(run.centre, code)
            post(
                centre=run.centre,
                key=f"naive:{account.pk}:{kind}",
                kind=entry_kind,
                business_date=day,
                document_no=run.number,
                maker=run.made_by,
                moves=[Move(expense, line, amount_fen, dt.date(run.year, 6, 30), component)],
            )


def sums(run: SettlementRun, accounts: list[int]) -> dict[str, int]:
    """Add up what a way has given, per kind, and what the lines hold."""
    items = SettlementItem.objects.filter(run=run)
    if accounts:
        items = items.filter(member_account__in=accounts)
    found = {kind: int(fen) for kind, fen in items.values_list("kind").annotate(Sum("amount_fen"))}
    if not accounts:
        lines = LedgerAccount.objects.filter(role="LINE")
        found["lines"] = int(lines.aggregate(t=Sum(F("credits_fen") - F("debits_fen")))["t"])
    return found


def timed(
    way: Callable[[SettlementRun, list[int]], None],
    run: SettlementRun,
    accounts: list[int],
    sample: list[int],
) -> tuple[float, dict[str, int], dict[str, int]]:
    """Run one way inside a transaction that is rolled back; seconds, all sums, sampled sums."""
    with transaction.atomic():
        started = time.perf_counter()
        way(run, accounts)
        seconds = time.perf_counter() - started
        everything = {} if accounts else sums(run, [])
        sampled = sums(run, sample)
        transaction.set_rollback(True)
    run.refresh_from_db()
    return seconds, everything, sampled


def main() -> None:
    """Build the books, run the three ways in turn, and print one line."""
    count = int(os.environ.get("BENCH_ACCOUNTS", "10000"))
    call_command("migrate", verbosity=0)
    load_policies(on=TODAY)
    made = generate(centre_code=CENTRE, accounts=count, seed=1, today=TODAY)
    centre = Centre.objects.get(code=CENTRE)
    run = preview_run(open_run(centre=centre, year=made.year, by=_system()))
    run = approve_run(
        run=run, by=User.objects.get(username=f"{CENTRE}-supervisor"), digest=run.digest
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    numbers = list(MemberAccount.objects.order_by("pk").values_list("pk", flat=True))
    sample = numbers[:: max(1, count // NAIVE_SAMPLE)][:NAIVE_SAMPLE]
    best: dict[str, float] = {}
    sampled: list[dict[str, int]] = []
    whole: list[dict[str, int]] = []
    for _ in range(ROUNDS):
        for name, way, some in (
            ("product", product, []),
            ("hand_sql", by_hand, []),
            ("naive", naive, sample),
        ):
            seconds, of_all, of_sample = timed(way, run, some, sample)
            best[name] = min(seconds, best.get(name, seconds))
            sampled.append(of_sample)
            whole += [of_all] if of_all else []
    for seen in (sampled, whole):
        if any(one != other for one, other in pairwise(seen)):
            raise SystemExit(f"bench: the ways do not agree: {seen}")
    per_account = {
        "product": best["product"] / count,
        "hand_sql": best["hand_sql"] / count,
        "naive": best["naive"] / len(sample),
    }
    print(
        json.dumps(
            {
                "bench": "settlement",
                "database": connection.vendor,
                "accounts": count,
                "movements": made.movements,
                "shards": Shard.objects.filter(run=run).count(),
                "best_of": ROUNDS,
                "product_s": round(best["product"], 3),
                "hand_sql_s": round(best["hand_sql"], 3),
                "naive_s_for_all": round(per_account["naive"] * count, 1),
                "accounts_per_s": round(1 / per_account["product"]),
                "ratio_to_hand_sql": round(per_account["product"] / per_account["hand_sql"], 2),
                "times_faster_than_naive": round(per_account["naive"] / per_account["product"], 1),
            }
        )
    )


def _system() -> User:
    return User.objects.get(role="SYSTEM")


if __name__ == "__main__":
    main()
