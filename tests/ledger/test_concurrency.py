"""Many hands at once: nobody is paid twice, nobody below zero, nobody waits for ever."""

import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection

from ledger.models import Entry, Posting
from ledger.queries import trial_balance
from ledger.services import AlreadyReversed, InsufficientBalance, KeyReused, post, reverse

from .conftest import FIRST_DAY, Books
from .test_verify import broken

pytestmark = pytest.mark.postgres


def at_once(works: list[Callable[[], object]]) -> Counter[str]:
    """Run all at the same moment, each on its own connection; count how they ended."""
    start = threading.Barrier(len(works))
    ended: Counter[str] = Counter()
    lock = threading.Lock()

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
            outcome = "done"
        except Exception as refused:
            outcome = type(refused).__name__
        finally:
            connection.close()
        with lock:
            ended[outcome] += 1

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def all_proofs_hold(books: Books) -> bool:
    return broken(books) == set()


def test_of_fifty_withdrawals_with_room_for_ten_exactly_ten_are_paid(committed_books: Books):
    books = committed_books
    books.book("银行", "个人:张三", "10.00", key="deposit:1")

    ended = at_once(
        [
            lambda n=n: books.book("个人:张三", "银行", "1.00", key=f"withdrawal:{n}")
            for n in range(50)
        ]
    )

    assert ended == {"done": 10, InsufficientBalance.__name__: 40}
    assert books.balance("个人:张三") == 0
    assert trial_balance(books.centre, FIRST_DAY).balances
    assert all_proofs_hold(books)


def test_fifty_duplicates_post_once(committed_books: Books):
    books = committed_books
    books.ledger_account("个人:张三")

    ended = at_once(
        [lambda: books.book("银行", "个人:张三", "1.00", key="deposit:1") for _ in range(50)]
    )

    assert ended == {"done": 50}
    assert Entry.objects.count() == Posting.objects.count() == 1
    assert books.balance("个人:张三") == 100


def test_of_many_contents_under_one_key_one_is_posted(committed_books: Books):
    books = committed_books
    books.ledger_account("个人:张三")

    ended = at_once(
        [
            lambda n=n: books.book("银行", "个人:张三", f"{n}.00", key="deposit:1")
            for n in range(1, 21)
        ]
    )

    assert ended == {"done": 1, KeyReused.__name__: 19}


def test_an_entry_is_reversed_once_however_many_try(committed_books: Books):
    books = committed_books
    wrong = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    books.book("银行", "个人:张三", "500.00", key="deposit:2")

    ended = at_once(
        [
            lambda n=n: reverse(
                entry=wrong,
                key=f"reversal:{n}",
                business_date=FIRST_DAY,
                maker=books.maker,
                document_no=f"R{n}",
            )
            for n in range(20)
        ]
    )

    assert ended == {"done": 1, AlreadyReversed.__name__: 19}
    assert books.balance("个人:张三") == 50_000
    assert all_proofs_hold(books)


def test_entries_that_meet_in_opposite_order_do_not_deadlock(committed_books: Books):
    books = committed_books
    names = [f"个人:{n}" for n in range(6)]
    for name in names:
        books.book("银行", name, "100.00", key=f"deposit:{name}")
    there = [books.move(a, b, "0.01", FIRST_DAY) for a, b in pairwise(names)]
    back = [books.move(b, a, "0.01", FIRST_DAY) for a, b in pairwise(names)]

    def transfer(n: int) -> Entry:
        return post(
            centre=books.centre,
            key=f"transfer:{n}",
            kind=Entry.Kind.CONVERSION,
            business_date=FIRST_DAY,
            document_no=f"T{n}",
            maker=books.maker,
            moves=there if n % 2 else back[::-1],
        )

    ended = at_once([lambda n=n: [transfer(n * 10 + i) for i in range(10)] for n in range(8)])

    assert ended == {"done": 8}
    assert all_proofs_hold(books)
