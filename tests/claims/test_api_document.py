"""The examples of the document of the API run as they are printed."""

import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from ..making import assess, make_claim, make_passage, make_subject, two

EXAMPLES = re.findall(r"```(sh|python|js)\n(.*?)```", (settings.ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL)
RUN = {"sh": ["bash", "-euc"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}


@pytest.mark.slow
@pytest.mark.django_db
def test_the_examples_run_as_they_are_printed(live_server, tmp_path):
    passage, subject = make_passage(), make_subject()
    claim = make_claim("The bridge.", passage=passage, subjects=[subject])
    assess(claim, "disputed")
    gone = make_claim("Another.")
    gone.withdraw(because="Asked to.", **two())
    said = []
    for language, example in EXAMPLES:
        if not shutil.which(RUN[language][0]):
            pytest.skip(f"{RUN[language][0]} is not installed")
        done = subprocess.run(
            [*RUN[language], example],
            env={"DESK": live_server.url, "PATH": "/usr/local/bin:/usr/bin:/bin", "no_proxy": "*"},
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == 0, (example, done.stdout, done.stderr)
        said.append(done.stdout)
    assert {language for language, _ in EXAMPLES} == set(RUN)
    assert claim.key in said[0] and "1 claims" in said[1] and "The bridge." in said[3]
    assert "8 documents" in said[2]  # the claim, its subject, three sources and their outlets
    assert passage.exact in said[4]
