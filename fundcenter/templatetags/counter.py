"""How money, months and masked numbers are written on pages."""

from typing import Any

from django import template

from kernel.money import capital_yuan, grouped_yuan
from policy.wording import describe_term

register = template.Library()


@register.filter
def money(amount_fen: int | None) -> str:
    """Write fen as grouped yuan with two decimals; nothing known is a dash."""
    return "—" if amount_fen is None else grouped_yuan(amount_fen)


@register.filter
def capital(amount_fen: int | None) -> str:
    """Write fen in capital numerals."""
    return "" if amount_fen is None else capital_yuan(amount_fen)


@register.filter
def short_money(amount_fen: int) -> str:
    """Write whole yuan without decimals, for the narrow cells of the calendar."""
    whole, rest = divmod(amount_fen, 100)
    return f"{whole}" if rest == 0 else f"{whole}.{rest:02d}"


@register.filter
def term(code: Any) -> str:
    """Say a code in words."""
    return describe_term(str(code)) if code else "—"
