"""The conversation ends in a draft or a plain reason, and knows what was paid (rule M4)."""

from collections.abc import Callable
from typing import Any

import pytest

from common.errors import Retryable, Terminal
from common.llm import Ask, Reply
from summarizer.converse import converse

ASK = Ask(model="m", system="s", user="u", max_tokens=900)
Make = Callable[..., Reply]


async def test_a_good_answer_is_the_draft(make_chat: Any, make_reply: Make) -> None:
    paid: list[Reply] = []
    draft = await converse(make_chat(make_reply()), ASK, paid)

    assert (draft.tldr, draft.method) == ("Short.", "By hand.")
    assert len(paid) == 1


async def test_a_cut_answer_gets_more_room_once(make_chat: Any, make_reply: Make) -> None:
    cut = make_reply('{"tldr": "Sho', finish="length")
    chat = make_chat(cut, make_reply())
    assert (await converse(chat, ASK, [])).tldr == "Short."
    assert [ask.max_tokens for ask in chat.asked] == [900, 1800]

    paid: list[Reply] = []
    with pytest.raises(Terminal, match="1800") as caught:
        await converse(make_chat(cut, cut), ASK, paid)
    assert caught.value.reason == "truncated"
    assert len(paid) == 2


async def test_prose_is_corrected_once(make_chat: Any, make_reply: Make) -> None:
    prose = make_reply("Sure, here it is.")
    chat = make_chat(prose, make_reply())
    assert (await converse(chat, ASK, [])).tldr == "Short."
    assert chat.asked[1].previous[0][0] == "Sure, here it is."

    with pytest.raises(Terminal) as caught:
        await converse(make_chat(prose, prose), ASK, [])
    assert caught.value.reason == "bad_answer"


async def test_a_refusal_ends_at_once(make_chat: Any, make_reply: Make) -> None:
    paid: list[Reply] = []
    with pytest.raises(Terminal) as caught:
        await converse(make_chat(make_reply("No.", finish="refused")), ASK, paid)
    assert caught.value.reason == "refused"
    assert len(paid) == 1


async def test_never_more_than_three_calls(make_chat: Any, make_reply: Make) -> None:
    prose, cut = make_reply("prose"), make_reply("{", finish="length")
    chat = make_chat(prose, cut, prose, prose)
    with pytest.raises(Terminal):
        await converse(chat, ASK, [])
    assert len(chat.asked) == 3


async def test_what_was_paid_is_known_after_a_failure(make_chat: Any, make_reply: Make) -> None:
    paid: list[Reply] = []
    with pytest.raises(Retryable):
        await converse(make_chat(make_reply("prose"), Retryable("down")), ASK, paid)
    assert len(paid) == 1
