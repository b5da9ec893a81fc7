"""A second interpreter of the normal form, written from `docs/semantics.md` alone, and compared with the first."""
