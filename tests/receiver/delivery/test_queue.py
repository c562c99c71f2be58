"""The order of deliveries: one at a time per ordering key, in the order of arrival, whatever fails in between."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress.receiver.delivery.queue import MOST_OF_LINE, DeliveryQueue, Waiting

A, B = ("sender", "A"), ("sender", "B")
LINES = st.sampled_from([A, B, None])


def test_the_next_message_of_a_key_waits_for_the_one_before() -> None:
    queue = DeliveryQueue()
    for number, key in enumerate([A, A, B], 1):
        queue.add(Waiting(number, key))

    first, second = queue.take(0), queue.take(0)

    assert [message and message.id for message in (first, second, queue.take(0))] == [1, 3, None]
    queue.remove(1)
    assert queue.take(0) == Waiting(2, A)


def test_a_message_that_failed_goes_before_those_behind_it() -> None:
    queue = DeliveryQueue()
    queue.add(Waiting(1, A))
    queue.add(Waiting(2, A))
    message = queue.take(0)
    assert message is not None

    queue.put_back(replace(message, attempts=1, not_before=100))

    assert queue.take(99) is None
    assert queue.next_time() == 100
    assert queue.take(100) == Waiting(1, A, 1, 100)


def test_a_message_whose_time_has_come_goes_before_newer_ones() -> None:
    queue = DeliveryQueue()
    queue.add(Waiting(2, B))
    queue.add(Waiting(1, A, 1, 100))

    assert queue.next_time() == 0
    assert queue.take(100) == Waiting(1, A, 1, 100)
    assert queue.take(100) == Waiting(2, B)


def test_a_message_that_is_known_is_not_added_again() -> None:
    queue = DeliveryQueue()
    queue.add(Waiting(1, A))
    queue.take(0)

    queue.add(Waiting(1, A))

    assert len(queue) == 1
    queue.remove(1)
    assert queue.take(0) is None
    assert len(queue) == 0


@given(st.lists(LINES, max_size=30), st.data())
def test_each_message_is_delivered_once_and_in_order(keys: list[tuple[str, str] | None], data: st.DataObject) -> None:
    queue = DeliveryQueue()
    waiting = [Waiting(number, key) for number, key in enumerate(keys)]
    running: list[Waiting] = []
    finished: list[Waiting] = []
    now = 0
    while len(finished) < len(keys):
        now += 1
        action = data.draw(st.sampled_from(["add", "take", "finish", "fail"]))
        if action == "add" and waiting:
            queue.add(waiting.pop(0))
        elif action == "take" and (message := queue.take(now)):
            assert all(other.line != message.line or other.line is None for other in running)
            running.append(message)
        elif action == "finish" and running:
            finished.append(running.pop(data.draw(st.integers(0, len(running) - 1))))
            queue.remove(finished[-1].id)
        elif action == "fail" and running:
            message = running.pop()
            queue.put_back(replace(message, attempts=message.attempts + 1, not_before=now + 1))

    for key in (A, B):
        numbers = [message.id for message in finished if message.line == key]
        assert numbers == sorted(numbers)
    assert sorted(message.id for message in finished) == list(range(len(keys)))
    assert len(queue) == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_line_that_is_cut_is_delivered_in_order_and_whole(seed: int) -> None:
    chance = random.Random(seed)
    queue = DeliveryQueue()
    table = [Waiting(number, chance.choice([A, A, A, B, None])) for number in range(20 * MOST_OF_LINE)]
    stored = seen = was_cut = 0
    finished: list[Waiting] = []
    for _ in range(1_000):
        stored = min(len(table), stored + chance.randrange(5 * MOST_OF_LINE))
        for message in table[seen:stored]:
            queue.add(message)
        seen = stored
        for line, last in queue.cut_lines():
            was_cut += 1
            rest = [message for message in table[:stored] if message.line == line and message.id > last]
            queue.refill(line, rest[:MOST_OF_LINE], has_more=len(rest) >= MOST_OF_LINE)
        for _ in range(chance.randrange(2 * MOST_OF_LINE)):
            taken = queue.take(0)
            if taken is not None:
                queue.remove(taken.id)
                finished.append(taken)
        if len(finished) == len(table):
            break
        assert len(queue) <= 4 * MOST_OF_LINE + sum(message.line is None for message in table)

    assert was_cut
    assert [message for message in finished if message.line == A] == [each for each in table if each.line == A]
    assert sorted(message.id for message in finished) == list(range(len(table)))
