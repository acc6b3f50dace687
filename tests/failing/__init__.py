"""
Every way in which a server can fail, and what becomes of a run against it.

A `Way` is a small value: its name, what the server does, and at which moment.
`catalogue` lists them, `api` plays them, `trial` runs ``apirun up`` against
one. ``python -m tests.failing`` runs them all and prints what happened.
"""
