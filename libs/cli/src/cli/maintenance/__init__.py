"""Windows in which the system is worked on, and the notices to those concerned."""
