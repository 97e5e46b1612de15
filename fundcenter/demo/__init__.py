"""The demo portfolio: five centres, their staff, and members whose lives the services book.

``data`` says what there is, ``people`` and ``lives`` invent the rest from a seed, ``deeds`` does
it by calling the real services day by day, and ``portfolio`` holds it together.
"""
