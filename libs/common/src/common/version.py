"""The version of the installed software."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("paperbus-common")
except PackageNotFoundError:  # run from a source tree that was not installed
    VERSION = "0.0.0"
