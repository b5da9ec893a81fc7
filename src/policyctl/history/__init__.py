"""Histories: what happened to an account, read from text and checked. Knows no policy.

`read` turns text into accounts, `events` is what they hold, `codes` explains what can be wrong, `schema` describes the
file. Nothing is imported here, so that a caller pays only for what it uses.
"""
