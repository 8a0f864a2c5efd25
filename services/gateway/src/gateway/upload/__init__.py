"""Uploaded PDFs: received into memory, read in a confined process, kept nowhere."""
