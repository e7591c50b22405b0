import django.db.models.deletion
from django.db import migrations, models


def tell_what_was(apps, schema_editor):
    """What readers were told before programs could follow it: each public change, in order, up to the edition of now."""
    Change, Clock, Turn = (apps.get_model("sources", name) for name in ("Change", "Clock", "Turn"))
    told = Change.objects.filter(public_number__isnull=False).order_by("id")
    count = told.count()
    if not count:
        return
    clock = Clock.objects.get()
    clock.edition = max(clock.edition, count)
    clock.save()
    first = clock.edition - count + 1
    rows = (
        Turn(number=number, change_id=pk, kind=kind, key=key)
        for number, (pk, kind, key) in enumerate(told.values_list("pk", "kind", "key").iterator(), first)
    )
    Turn.objects.bulk_create(rows, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("sources", "0008_editions")]

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "number",
                    models.BigIntegerField(help_text="The edition that it made.", primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=200)),
                (
                    "change",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sources.change"
                    ),
                ),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.RunPython(tell_what_was, migrations.RunPython.noop),
    ]
