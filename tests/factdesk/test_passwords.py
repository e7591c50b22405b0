"""A password that was forgotten comes anew by e-mail, and only to whom it belongs."""

import re

import pytest
from django.core import mail

from ..making import make_editor

pytestmark = pytest.mark.django_db
NEW = "another long enough password"


def test_a_password_is_set_anew_by_a_letter_that_works_once(client):
    editor = make_editor()
    editor.email = "editor@desk.example"
    editor.set_password("an old long enough password")
    editor.save()
    assert "/admin/password_reset/" in client.get("/admin/login/").content.decode()
    client.post("/admin/password_reset/", {"email": "editor@desk.example"})
    (letter,) = mail.outbox
    link = re.search(r"/admin/reset/\S+/", letter.body)[0]
    form = client.get(link, follow=True)
    assert "FactDesk editors" in form.content.decode()
    done = client.post(form.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert done.status_code == 200 and client.login(username=editor.username, password=NEW)
    assert "password reset link was invalid" in client.get(link, follow=True).content.decode()


@pytest.mark.parametrize("who", ["nobody@desk.example", "left@desk.example"])
def test_no_letter_goes_to_whom_no_account_belongs(client, who):
    left = make_editor()
    left.email, left.is_active = "left@desk.example", False
    left.save()
    answer = client.post("/admin/password_reset/", {"email": who}, follow=True)
    assert answer.status_code == 200 and mail.outbox == []  # and nobody learns which accounts there are
