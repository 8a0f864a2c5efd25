"""Schemas of what KEDA and the Prometheus operator define, as far as our manifests use it.

Kubernetes itself does not know them. Each field is documented by its project; a field that is not
named here fails the test, so that a misspelled one is seen.
"""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
NUMBER_AS_TEXT: Schema = {"type": "string", "pattern": r"^\d+$"}
COUNT: Schema = {"type": "integer", "minimum": 0}
DURATION: Schema = {"type": "string", "pattern": r"^\d+(ms|[smhd])$"}


def closed(*required: str, **fields: Schema) -> Schema:
    """An object with these fields and no other."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


def many(one: Schema) -> Schema:
    return {"type": "array", "items": one, "minItems": 1}


def resource(api: str, kind: str, spec: Schema) -> Schema:
    return closed(
        *("apiVersion", "kind", "metadata", "spec"),
        apiVersion={"const": api},
        kind={"const": kind},
        metadata={"type": "object", "required": ["name", "namespace"]},
        spec=spec,
    )


SECRET_KEY = closed("name", "key", name=TEXT, key=TEXT)
SELECTOR = closed("matchLabels", matchLabels={"type": "object", "minProperties": 1})

JETSTREAM = closed(
    *("type", "metadata"),
    type={"const": "nats-jetstream"},
    metadata=closed(
        *("natsServerMonitoringEndpoint", "account", "stream", "consumer", "lagThreshold"),
        natsServerMonitoringEndpoint={"type": "string", "pattern": r"^[a-z0-9.-]+:\d+$"},
        account=TEXT,
        stream=TEXT,
        consumer=TEXT,
        lagThreshold=NUMBER_AS_TEXT,
        activationLagThreshold=NUMBER_AS_TEXT,
        useHttps={"enum": ["true", "false"]},
    ),
)
SCALED_OBJECT = resource(
    "keda.sh/v1alpha1",
    "ScaledObject",
    closed(
        *("scaleTargetRef", "triggers"),
        scaleTargetRef=closed("name", name=TEXT, kind=TEXT, apiVersion=TEXT),
        minReplicaCount=COUNT,
        maxReplicaCount=COUNT,
        pollingInterval=COUNT,
        cooldownPeriod=COUNT,
        fallback=closed("failureThreshold", "replicas", failureThreshold=COUNT, replicas=COUNT),
        advanced=closed(
            horizontalPodAutoscalerConfig=closed(behavior={"type": "object"}, name=TEXT)
        ),
        triggers=many(JETSTREAM),
    ),
)
SERVICE_MONITOR = resource(
    "monitoring.coreos.com/v1",
    "ServiceMonitor",
    closed(
        *("selector", "endpoints"),
        selector=SELECTOR,
        endpoints=many(
            closed(
                "port",
                port=TEXT,
                path={"type": "string", "pattern": "^/"},
                interval=DURATION,
                scrapeTimeout=DURATION,
                honorLabels={"type": "boolean"},
                authorization=closed("credentials", type=TEXT, credentials=SECRET_KEY),
                relabelings=many({"type": "object"}),
                metricRelabelings=many({"type": "object"}),
            )
        ),
    ),
)
LABELS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
RULE: Schema = {
    **closed(
        "expr",
        record=TEXT,
        alert=TEXT,
        expr=TEXT,
        labels=LABELS,
        annotations=LABELS,
        keep_firing_for=DURATION,
        **{"for": DURATION},
    ),
    "oneOf": [{"required": ["record"]}, {"required": ["alert"]}],
}
PROMETHEUS_RULE = resource(
    "monitoring.coreos.com/v1",
    "PrometheusRule",
    closed(
        "groups",
        groups=many(
            closed("name", "rules", name=TEXT, interval=DURATION, limit=COUNT, rules=many(RULE))
        ),
    ),
)
BY_KIND: dict[str, Schema] = {
    "ScaledObject": SCALED_OBJECT,
    "ServiceMonitor": SERVICE_MONITOR,
    "PrometheusRule": PROMETHEUS_RULE,
}
