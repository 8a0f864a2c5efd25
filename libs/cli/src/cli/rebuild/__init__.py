"""Derived views made anew from the log and the object store."""
