"""Writes what a deployment is made of, from ``deploy/fleet.toml`` and the code itself."""
