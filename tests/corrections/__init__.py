"""Corrections: late tickets, appeals, what people decided, and what was known when."""
