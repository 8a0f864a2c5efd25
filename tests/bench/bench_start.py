def measure(): return iter(())
