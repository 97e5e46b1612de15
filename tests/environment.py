"""The variables that the tests give to the product instead of a developer's `.env`."""

VARIABLES = {
    "DEBUG": "false",
    "DEMO": "false",
    "SECRET_KEY": "a-key-for-tests-that-guards-nothing-outside-of-them-0123456789",
    "FIELD_KEYS": "1:dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtLS0tMDE=",
    "INDEX_KEY": "dGVzdHMtb25seS1pbmRleC1rZXktMzItYnl0ZXMtMDI=",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "HTTPS": "false",
    "LOG_LEVEL": "WARNING",
    "SETTLEMENT_APPROVER": "",
}
