"""What the schema says of every view beside what the view says itself: how it may refuse."""

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from ..problems import MEDIA_TYPE

FAR = 32_000  # beyond any bound of ours
PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


class ErrorSerializer(serializers.Serializer):
    detail = serializers.CharField()
    pointer = serializers.CharField(required=False, help_text="A JSON pointer into the body that was sent.")
    parameter = serializers.CharField(required=False, help_text="A parameter of the address.")
    code = serializers.CharField(required=False)


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    current_version = serializers.CharField(required=False)
    current = serializers.DictField(required=False)


def say_problems_once(result, generator, request, public):
    """Every refusal is a problem: the schema says once what that is, and each answer points there."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if answer.get("content") == PROBLEM:
                    operation["responses"][status] = {"$ref": "#/components/responses/Problem"}
    said = {"Problem": {"description": "What cannot be answered, and why (RFC 9457)", "content": PROBLEM}}
    result["components"]["responses"] = said
    return result


def say_no_bounds_of_engines(result, generator, request, public):
    """How large a number a database can hold is not what the API says: the schema is the same on each."""
    for part in result["components"]["schemas"].values():
        for field in part.get("properties", {}).values():
            for bound in ("minimum", "maximum"):
                if abs(field.get(bound, 0)) > FAR:
                    del field[bound]
            if field.get("format") == "int64":
                del field["format"]
    return result


class Described(AutoSchema):
    """A view names in `refuses` the statuses with which it may refuse, each a problem; in `leads` those without a body."""

    def _get_response_bodies(self, direction="response"):
        found = super()._get_response_bodies(direction)
        for status in getattr(self.view, "refuses", ()):
            found[str(status)] = self._get_response_for_code(ProblemSerializer, str(status), [MEDIA_TYPE], direction)
        for status, said in getattr(self.view, "leads", {}).items():
            found[str(status)] = {"description": said}
        return found
