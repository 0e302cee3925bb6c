"""roles.md: what each role may do, from api/security/roles.py."""

from __future__ import annotations

from api.catalogue import texts
from api.security.roles import PERMISSIONS
from approval.people import ROLES as STEP_ROLES
from scripts.reference.markdown import code, table
from storage.tables import ROLES

HEAD = """# Roles

An account has one or more roles (`todoke users add LOGIN --name NAME --role ROLE`). A route asks for a permission and
this table alone says who has it; without it the answer is 403 `not_allowed`, which names the roles that do.

A permission is not yet a right to a filing: nobody acts on two sides of the same one (input, review, approval), nobody
adjudicates a field that he read, and nobody keys a filing whose machine values he has seen. The first two
are held by the schema as well as by the services, and all are the same for every role
([four eyes](../explanation/four-eyes.md)).
"""


def page() -> str:
    """The page: the roles, then permissions by role."""
    words = texts()
    names = [
        (f"`{role}`", words[f"shell.role_{role}"]["ja"], words[f"shell.role_{role}"]["en"],
         code(step for step, roles in STEP_ROLES.items() if role in roles))
        for role in ROLES
    ]  # fmt: skip
    rows = [
        (f"`{permission}`", *("●" if role in roles else "" for role in ROLES))
        for permission, roles in PERMISSIONS.items()
    ]
    return "\n".join([
        HEAD, table(("role", "日本語", "English", "steps of a filing"), names),
        "## Permissions\n", table(("permission", *ROLES), rows),
    ])  # fmt: skip
