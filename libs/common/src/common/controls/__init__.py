"""What an operator changes while the services run: levels of the log, and switches."""
