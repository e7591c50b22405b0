"""Programs in a browser read the public API from pages of any origin: it knows nobody, and answers everybody alike."""

from django.http import HttpResponse

OPEN = ("/api/v1/", "/v1alpha1/")
DESK = "/api/v1/desk/"
TOLD = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After, Content-Location",
}
ASKED = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-Modified-Since, If-None-Match, Prefer",
    "Access-Control-Max-Age": "86400",
}


def open_to_all(get_response):
    def middleware(request):
        if not request.path.startswith(OPEN) or request.path.startswith(DESK):
            return get_response(request)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=TOLD | ASKED | {"Allow": ASKED["Access-Control-Allow-Methods"]})
        answer = get_response(request)
        for name, value in TOLD.items():
            answer[name] = value
        return answer

    return middleware
