"""Is the API's description sound? OpenAPI 3.1 by its own validator, and each example of a message by its schema.

    python tests/walk/described.py openapi.json

Needs openapi-spec-validator. Lists every fault and exits with an error if there is any.
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator


def faults(document):
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield f"{list(error.absolute_path)}: {error.message}"
    for name, item in document["webhooks"].items():
        for written, content in item["post"]["requestBody"]["content"].items():
            # References lead from the document's root.
            schema = {**content["schema"], "components": document["components"]}
            for form, example in content["examples"].items():
                for error in Draft202012Validator(schema).iter_errors(example["value"]):
                    yield f"the {form} example of {name} as {written}: {list(error.absolute_path)}: {error.message}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    document = json.loads(pathlib.Path(sys.argv[1]).read_text())
    found = list(faults(document))
    print("\n".join([*found, f"openapi: {len(document['paths'])} paths, {len(document['webhooks'])} messages, {len(found)} faults"]))
    sys.exit(1 if found else 0)
