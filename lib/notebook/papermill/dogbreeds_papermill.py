"""Parameters for TypeScript notebooks in papermill.

papermill writes the parameters of `-p` in the notebook's language, and finds the writer by the language's name; it
brings none for TypeScript, and no entry point to add one. It does import what registers as an engine
(https://papermill.readthedocs.io/en/latest/extending-entry-points.html): this module registers its writer then.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators


class Engine(NBClientEngine):
    """papermill's own engine under another name."""


class TypeScriptTranslator(Translator):
    """Writes parameters as constants, and reads them from the cell that is tagged `parameters`."""

    DECLARATION = re.compile(
        r"^\s*(?:const|let|var)\s+(?P<name>[A-Za-z_$][\w$]*)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*"
        r"(?P<value>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`|[^;]*?)\s*;?\s*(?://\s*(?P<help>.*))?$"
    )

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_str(cls, val):
        return json.dumps(val)

    @classmethod
    def translate_escaped_str(cls, str_val):
        return json.dumps(str(str_val))

    @classmethod
    def translate_float(cls, val):
        if math.isfinite(val):
            return repr(val)
        return "NaN" if math.isnan(val) else "Infinity" if val > 0 else "-Infinity"

    @classmethod
    def translate_dict(cls, val):
        return "{ " + ", ".join(f"{json.dumps(str(key))}: {cls.translate(each)}" for key, each in val.items()) + " }"

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(each) for each in val) + "]"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"const {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        found = (cls.DECLARATION.match(line) for line in parameters_cell["source"].splitlines())
        return [
            Parameter(
                name=match["name"],
                inferred_type_name=match["type"] or cls.type_of(match["value"]),
                default=match["value"],
                help=match["help"] or "",
            )
            for match in found
            if match
        ]

    @staticmethod
    def type_of(value):
        if re.match(r"^['\"`]", value):
            return "string"
        if value in ("true", "false"):
            return "boolean"
        return "number" if re.match(r"^-?[\d.]", value) else "None"


papermill_translators.register("typescript", TypeScriptTranslator)
