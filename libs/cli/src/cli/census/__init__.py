"""Counts the whole system for its metrics: bus, ledger, buckets, stores, keys, certificates."""
