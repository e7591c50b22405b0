"""Every page and every resource answers for the past: what it said at each step of a history, it says as of that step."""

import random
from datetime import timedelta
from urllib.parse import quote

import pytest

from ..replaying import Desk, plain

pytestmark = pytest.mark.django_db
LISTS = [
    "/",
    "/claims/",
    "/claims/?status=disputed&status=verified",
    "/claims/?kind=opinion",
    "/claims/?subject={subject}",
    "/claims/?source={source}&lang=de&lang=en",
    "/claims/?q=words",
    "/claims/?changed_after={day}",
    "/claims/?changed_before={day}&status=unverified",
    "/sources/",
    "/subjects/",
    "/method/",
    "/api/v1/claims/",
    "/api/v1/claims/?lang=ja",
    "/api/v1/assessments/",
    "/api/v1/assessments/?status=disputed",
    "/api/v1/sources/",
    "/api/v1/passages/",
    "/api/v1/subjects/",
]
THINGS = [
    "/claims/{claim}/",
    "/sources/{source}/",
    "/subjects/{subject}/",
    "/api/v1/claims/{claim}/",
    "/api/v1/assessments/{claim}/1/",
    "/api/v1/sources/{source}/",
    "/api/v1/passages/{passage}/",
    "/api/v1/subjects/{subject}/",
]


def at(change) -> str:
    return quote(change.recorded_at.isoformat())


def read(client, address, change=None):
    """What an address answers, now or as of a change; of what is not there, no more than that."""
    if change:
        address += f"{'&' if '?' in address else '?'}as_of={at(change)}"
    answer = client.get(address)
    return answer.status_code, plain(answer.content.decode()) if answer.status_code != 404 else ""


def replay(client, seed, steps):
    """Acts at random and reads everything at each step; then asks for every step again."""
    desk = Desk(random.Random(seed))
    then = []
    for _ in range(steps):
        change = desk.step()
        for address in addresses(desk):
            then.append((address, change, read(client, address)))
    differ = [(address, change.verb) for address, change, page in then if read(client, address, change) != page]
    return differ, len(then), sum(page[0] == 200 for _, _, page in then)


def addresses(desk):
    source = desk.dice.choice(desk.sources)
    claim = desk.dice.choice(desk.claims)
    names = {
        "claim": claim.key,
        "source": source.key,
        "subject": desk.dice.choice(desk.subjects).key,
        "passage": claim.appearances.first().passage.ref,
        "day": (desk.day - timedelta(days=desk.dice.randint(0, 5))).date(),
    }
    return [address.format(**names) for address in [*LISTS, *THINGS]]


@pytest.mark.parametrize("seed", range(2))
def test_each_page_and_resource_says_what_it_said_at_each_step(client, seed):
    differ, compared, _ = replay(client, seed, steps=10)
    assert compared == 10 * len(LISTS + THINGS) and differ == []


@pytest.mark.slow
def test_many_histories_are_told_as_they_were_told_then(client):
    found = [replay(client, seed, steps=25) for seed in range(100, 108)]
    print(
        f"{len(found)} histories, {sum(n for _, n, _ in found)} answers compared, "
        f"{sum(n for _, _, n in found)} of them 200, {sum(len(d) for d, _, _ in found)} differ"
    )
    assert [d for d, _, _ in found if d] == []
