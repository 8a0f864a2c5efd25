"""Gathers what somebody needs who looks into a fault from afar, and takes every secret out."""
