"""What the bus asks by the clock: kept, paused, read, and told when it is due next."""
