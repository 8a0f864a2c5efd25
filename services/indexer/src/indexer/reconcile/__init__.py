"""Ledger, objects and index compared, and what differs put right."""
