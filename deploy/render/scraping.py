"""What Prometheus asks in compose: every worker by its name, and the stores."""

from collections.abc import Mapping

from common import topology
from render import fleet
from render.compose import SECRETS
from render.templates import rendered

FILE = "deploy/prometheus/prometheus.yml"


def files() -> Mapping[str, str]:
    """Path and text of what is written."""
    values = {"ports": fleet.load().ports, "workers": topology.WORKERS, "secrets": SECRETS}
    return {FILE: rendered("prometheus.yml.j2", values)}
