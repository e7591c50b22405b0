from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0006_traces"),
    ]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="edition",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="clock",
            name="edition_at",
            field=models.DateTimeField(help_text="A whole second, which no other edition has.", null=True),
        ),
        migrations.AddField(
            model_name="clock",
            name="build",
            field=models.CharField(blank=True, help_text="The program that serves this edition.", max_length=64),
        ),
    ]
