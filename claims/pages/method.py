from django.shortcuts import render

from ..models import Status
from ..models.assessing import METHOD_VERSION
from .past import of_the_past


@of_the_past
def method(request):
    return render(request, "method.html", {"statuses": Status.values, "version": METHOD_VERSION})
