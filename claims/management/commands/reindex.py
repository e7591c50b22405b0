import sys

from django.core.management.base import BaseCommand
from tqdm import tqdm

from claims.models import Claim
from claims.models.finding import forget_tokens
from claims.searching import reindex


class Command(BaseCommand):
    help = "Makes the index of the search anew, while the desk goes on."

    def handle(self, *args, **options):
        with tqdm(total=Claim.objects.count(), unit=" claims", file=sys.stderr, disable=None) as bar:
            reindex(bar.update)
        forget_tokens()
        self.stdout.write("The index is new")
