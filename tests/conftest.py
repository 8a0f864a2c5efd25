"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# The machine is shared with other tests, so that a slow example says nothing about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
