"""Money in and out of a member account, and the months it covers."""
