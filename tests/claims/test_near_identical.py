"""A text that stands largely in another proposes a republication; the editor decides, and is not asked twice."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from claims.queues import queues
from sources.models import Capture, Descent, Source, Trace, traces
from sources.models.traces import COMMON, LOOKED_AT

from ..making import make_chief, make_claim, make_editor, make_origin, make_reporter, make_source

pytestmark = pytest.mark.django_db
STORY = " ".join(
    f"The bridge over the {river} was closed on day {n} because inspector {who} found rust in girder {n * 7}."
    for n, (river, who) in enumerate(
        zip(
            ["Aare", "Rhine", "Loire", "Tagus", "Elbe", "Po"],
            ["Abel", "Berg", "Cole", "Dahl", "Ek", "Fox"],
            strict=True,
        )
    )
)
REPRINT = f"Rust shuts six bridges\n{STORY} Our reader is advised to take the train, says this paper of its own accord."


@pytest.fixture
def kept(django_capture_on_commit_callbacks):
    """A source whose text was looked at after it was kept, as it is outside of tests."""

    def keep(text, **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return make_source(text, **fields)

    return keep


@pytest.fixture
def editor(client):
    person = make_editor()
    client.force_login(person)
    return person


def page(client, source, model="source"):
    pk = source.pk if model == "source" else source.origin_id
    return client.get(reverse(f"admin:sources_{model}_change", args=[pk])).content.decode()


def test_a_text_that_stands_largely_in_another_is_proposed_on_both_pages(client, editor, kept):
    story, reprint = kept(STORY), kept(REPRINT)
    for this, that in [(story, reprint), (reprint, story)]:
        for model in ("source", "origin"):
            said = page(client, this, model)
            assert "Does one republish the other?" in said and that.key in said
    assert not Descent.objects.exists()


def test_whoever_reads_the_new_text_is_told(client, editor, kept):
    story, reprint = kept(STORY), kept(REPRINT)
    desk = client.get(reverse("admin:capture_desk", args=[reprint.captures.get().pk])).content.decode()
    assert "Does one republish the other?" in desk and story.key in desk


def test_the_button_opens_the_form_for_a_descent_filled_in(client, editor, kept):
    story, reprint = kept(STORY), kept(REPRINT)
    address = f"{reverse('admin:origin_descend', args=[reprint.origin_id])}?kind=republishes&amp;upstream={story.origin.key}&amp;note="
    assert address in page(client, reprint)
    form = client.get(address.replace("&amp;", "&") + "As%20printed").content.decode()
    assert f'value="{story.origin.key}"' in form and "As printed" in form and 'value="republishes" selected' in form
    assert not Descent.objects.exists()


@pytest.mark.parametrize("tie", ["forth", "back", "common", "far"])
def test_what_is_tied_already_is_not_proposed(client, editor, kept, tie):
    story, reprint = kept(STORY), kept(REPRINT)
    by, wire = make_reporter(), make_origin("The wire")
    if tie == "forth":
        reprint.origin.descend(story.origin, "republishes", by=by)
    elif tie == "back":
        story.origin.descend(reprint.origin, "draws_on", by=by)
    else:
        between = make_origin("Between")
        between.descend(wire, "same", by=by)
        story.origin.descend(wire if tie == "common" else between, "draws_on", by=by)
        reprint.origin.descend(wire, "republishes", by=by)
    assert "Does one republish" not in page(client, reprint) + page(client, story)


def test_no_is_remembered(client, editor, kept, django_capture_on_commit_callbacks):
    story, reprint = kept(STORY), kept(REPRINT)
    likeness = Trace.objects.open().get()
    address = reverse("admin:source_apart", args=[story.pk, likeness.pk])
    assert address in page(client, story)
    client.get(address)
    assert "Does one republish" in page(client, story)
    client.post(address, {"button": "pressed"})
    with django_capture_on_commit_callbacks(execute=True):
        reprint.capture(f"{REPRINT} And more.".encode(), by=make_reporter())
    assert "Does one republish" not in page(client, reprint) + page(client, story)
    likeness.refresh_from_db()
    assert likeness.answered_by == editor and likeness.answered_at


def test_a_reader_of_the_desk_without_a_role_answers_nothing(client, kept):
    story, _ = kept(STORY), kept(REPRINT)
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    answer = client.post(reverse("admin:source_apart", args=[story.pk, Trace.objects.open().get().pk]))
    assert answer.status_code in (302, 403, 422) and Trace.objects.open().count() == 1


def test_a_text_that_we_do_not_hold_or_that_is_too_short_is_left_out(kept):
    kept(STORY, withheld=True)
    kept("The bridge was closed.")
    assert not Trace.objects.exists()
    kept(STORY)
    assert not Trace.objects.likenesses().exists()


def test_a_newer_text_takes_the_place_of_the_older(kept, django_capture_on_commit_callbacks):
    source = kept(STORY)
    before = set(source.traces.values_list("mark", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        source.capture(STORY.replace("bridge", "tunnel").encode(), by=make_reporter())
    after = set(source.traces.values_list("mark", flat=True))
    assert after and before != after and source.traces.count() == len(after)


def test_nothing_of_it_is_public(client, kept):
    secret = kept(STORY, confidential=True)
    reprint = kept(REPRINT)
    claim = make_claim(passage=reprint.captures.get().quote(0, 10, by=make_reporter()))
    assert Trace.objects.open().exists()
    for address in (claim.get_absolute_url(), reprint.get_absolute_url(), f"/api/v1/claims/{claim.key}/", "/"):
        said = client.get(address).content.decode()
        assert secret.key not in said and secret.title not in said and "republish the other" not in said


def test_what_is_found_waits_in_the_queue_and_its_list(client, editor, kept):
    story, reprint = kept(STORY), kept(REPRINT)
    (line,) = [q for q in queues(editor) if q.title == "The same text as another source"]
    assert line.count == 1 and reprint.key in line.rows[0].words
    listed = client.get(line.address).content.decode()
    assert reprint.key in listed and story.key not in listed
    mine = [q for q in queues(editor, "mine") if q.title == line.title][0]
    assert mine.count == 0 and client.get(mine.address).status_code == 200
    reprint.origin.descend(story.origin, "republishes", by=make_reporter())
    assert [q.count for q in queues(editor) if q.title == line.title] == [0]


def test_many_reprints_of_one_text_are_compared_with_a_few(kept, django_assert_max_num_queries):
    for n in range(COMMON + 3):
        kept(f"{STORY} Edition {n}.")
    marks = Trace.objects.filter(mark__isnull=False)
    shared = marks.filter(mark=marks.filter(source=Source.objects.order_by("id").first()).first().mark)
    assert shared.count() <= COMMON
    last = kept(REPRINT)
    assert 0 < last.traces.likenesses().count() <= LOOKED_AT


def test_what_a_look_costs_does_not_grow_with_the_archive(kept, same_queries):
    texts = iter([f"{STORY} Edition {n}." for n in range(60)])
    for _ in range(LOOKED_AT + 1):
        kept(next(texts))
    asked = kept(REPRINT)
    Trace.objects.likenesses().delete()

    def look():
        Trace.objects.likenesses().delete()
        asked.traces.look_for(asked)

    same_queries(look, grow=lambda: kept(next(texts)))


def test_a_failure_to_compare_loses_no_text(kept, monkeypatch):
    monkeypatch.setattr("sources.models.traces.marks_of", lambda letters: 1 / 0)
    assert Capture.objects.filter(source=kept(STORY)).exists()


def test_no_mark_is_kept_of_a_text_that_was_redacted_while_it_was_compared(kept, monkeypatch):
    claim, waits = make_claim(), traces.in_turn

    def somebody_redacts_first():
        monkeypatch.setattr(traces, "in_turn", waits)
        claim.redact("inspector Cole", by=make_chief(), approved_by=make_editor(), because="A court.")
        waits()

    kept(STORY)
    monkeypatch.setattr(traces, "in_turn", somebody_redacts_first)
    reprint = kept(REPRINT)
    assert traces.in_turn is waits and not Trace.objects.filter(source=reprint).exists()
