"""What the bus asks by the clock: list, run now, pause, resume."""
