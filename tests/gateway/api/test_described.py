"""The description names the errors that are sent."""

from gateway.api.described import with_problems
from gateway.problems import MEDIA_TYPE


def test_every_operation_has_one_shape_for_errors() -> None:
    given = {
        "paths": {
            "/x": {
                "summary": "kept",
                "get": {"responses": {"200": {"description": "ok"}, "400": {"description": "no"}}},
            }
        },
        "components": {"schemas": {"X": {}}},
    }
    found = with_problems(given)
    answers = found["paths"]["/x"]["get"]["responses"]
    assert set(answers) == {"200", "default"}
    assert answers["default"]["content"][MEDIA_TYPE]["schema"]["$ref"].endswith("/Problem")
    assert {"X", "Problem", "FieldError"} <= set(found["components"]["schemas"])
    assert found["paths"]["/x"]["summary"] == "kept"
    assert "400" in given["paths"]["/x"]["get"]["responses"]  # type: ignore[index]
