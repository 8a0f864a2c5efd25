"""HTTP to addresses given by people, guarded against reaching what is ours (extra ``http``)."""

from common.outbound.addresses import refusal
from common.outbound.allow import Allow, parse_allow
from common.outbound.client import Answer, Outbound
from common.outbound.guard import AddressRefused, Guard, Resolve, system_resolver

__all__ = [
    "AddressRefused",
    "Allow",
    "Answer",
    "Guard",
    "Outbound",
    "Resolve",
    "parse_allow",
    "refusal",
    "system_resolver",
]
