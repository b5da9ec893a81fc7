"""policyctl: point-based enforcement as policy. The same functions serve the command and a program."""

__version__ = "0.1.0"
