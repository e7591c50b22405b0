"""Who may do what: reporters record and propose, editors also approve, chiefs also override, release and manage."""

REPORTER, EDITOR, CHIEF = "reporter", "editor", "chief"

ROLES = {
    REPORTER: ["record", "propose"],
    EDITOR: ["record", "propose", "approve"],
    CHIEF: ["record", "propose", "approve", "override", "release", "manage"],
}


def make_roles(apps, schema_editor=None):
    """The three groups with their permissions; safe to repeat."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="claims", model="claim"
    )
    permission = apps.get_model("auth", "Permission").objects
    for role, acts in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.set(
            permission.get_or_create(content_type=content_type, codename=act, defaults={"name": f"Can {act}"})[0]
            for act in acts
        )
