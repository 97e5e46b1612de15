"""What is done with contributions. Nobody else writes these rows."""

from contributions.services.deposits import (
    contribution_facts,
    receive_deposit,
    receive_transfer,
)

__all__ = ["contribution_facts", "receive_deposit", "receive_transfer"]
