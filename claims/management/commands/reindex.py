import sys

from django.core.management.base import BaseCommand
from django.db import connection
from tqdm import tqdm

from claims.models import Claim
from claims.models.finding import forget_tokens, set_index
from claims.searching import reindex


class Command(BaseCommand):
    help = "Makes the index of the search anew, while the desk goes on."

    def handle(self, *args, **options):
        set_index(connection.alias)
        with tqdm(total=Claim.objects.count(), unit=" claims", file=sys.stderr, disable=None) as bar:
            reindex(bar.update)
        forget_tokens()
        self.stdout.write("The index is new")
