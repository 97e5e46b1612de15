"""The variables that the tests give to the product instead of a developer's `.env`."""

# All that settings read, save the two addresses, which come from whoever runs the tests.
VARIABLES = {
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "CALCULATOR_RATE": "3000/min",
    "CONN_MAX_AGE": "60",
    "CSRF_TRUSTED_ORIGINS": "",
    "DEBUG": "false",
    "DEMO": "false",
    "FIELD_KEYS": "1:dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtLS0tMDE=",
    "HTTPS": "false",
    "INDEX_KEY": "dGVzdHMtb25seS1pbmRleC1rZXktMzItYnl0ZXMtMDI=",
    "LOG_LEVEL": "WARNING",
    "MEDIA_ROOT": "var/test-media",
    "PDF_EXTRA_FONTS": "",
    "PG_OPTIONS": "-c lock_timeout=3s -c idle_in_transaction_session_timeout=60s",
    "SECRET_KEY": "a-key-for-tests-that-guards-nothing-outside-of-them-0123456789",
    "SESSION_IDLE_SECONDS": "900",
    "SETTLEMENT_APPROVER": "",
    "TRUSTED_PROXY": "false",
}
