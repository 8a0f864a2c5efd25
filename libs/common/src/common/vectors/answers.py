"""Qdrant's answers in JSON, as far as we read them."""

from typing import Any, Generic, TypeVar

import msgspec

from common.vectors.asking import Candidate
from common.vectors.points import PaperPoint, PassagePoint
from common.vectors.stored import Whole

P = TypeVar("P", PaperPoint, PassagePoint)


class _Point(msgspec.Struct, Generic[P]):
    payload: P
    score: float


class _Points(msgspec.Struct, Generic[P]):
    points: list[_Point[P]]


class _Answer(msgspec.Struct, Generic[P]):
    result: _Points[P]


class _List(msgspec.Struct):
    points: list[Candidate]


class _Lists(msgspec.Struct):
    result: list[_List]


class _Record(msgspec.Struct, Generic[P]):
    id: str | int
    payload: P


class _Records(msgspec.Struct, Generic[P]):
    result: list[_Record[P]]


class _Some(msgspec.Struct):
    points: list[_Record[PaperPoint]]


class _Scrolled(msgspec.Struct):
    result: _Some


class _Wholes(msgspec.Struct):
    result: list[Whole]


class _Chosen(msgspec.Struct):
    points: list[Whole]


class _Sampled(msgspec.Struct):
    result: _Chosen


class _Count(msgspec.Struct):
    count: int


class _Counted(msgspec.Struct):
    result: _Count


class _Hit(msgspec.Struct):
    value: str | int | bool
    count: int


class _Hits(msgspec.Struct):
    hits: list[_Hit]


class _Facet(msgspec.Struct):
    result: _Hits


FOUND: dict[type[Any], msgspec.json.Decoder[Any]] = {
    PaperPoint: msgspec.json.Decoder(_Answer[PaperPoint]),
    PassagePoint: msgspec.json.Decoder(_Answer[PassagePoint]),
}
RECORDS: dict[type[Any], msgspec.json.Decoder[Any]] = {
    PaperPoint: msgspec.json.Decoder(_Records[PaperPoint]),
    PassagePoint: msgspec.json.Decoder(_Records[PassagePoint]),
}
LISTS = msgspec.json.Decoder(_Lists)
SCROLLED = msgspec.json.Decoder(_Scrolled)
WHOLES = msgspec.json.Decoder(_Wholes)
SAMPLED = msgspec.json.Decoder(_Sampled)
COUNT = msgspec.json.Decoder(_Counted)
FACET = msgspec.json.Decoder(_Facet)
