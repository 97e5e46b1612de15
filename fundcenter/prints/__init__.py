"""Papers as PDF: what each says in a module of its own, how they look in ``sheet``."""
