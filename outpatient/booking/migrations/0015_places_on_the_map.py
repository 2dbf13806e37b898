"""Where institutions lie, as far as it is known."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("booking", "0014_taken_of_receptions")]

    operations = [
        migrations.AddField("clinic", "latitude", models.FloatField(
            blank=True, null=True, help_text="Degrees north; empty = not on the map")),
        migrations.AddField("clinic", "longitude", models.FloatField(blank=True, null=True, help_text="Degrees east")),
        migrations.AddField("clinic", "placed_from", models.CharField(
            blank=True, default="", max_length=120, help_text="Whose map the place was read from; the map names it"), preserve_default=False),
        migrations.AddConstraint("clinic", models.CheckConstraint(
            name="a_place_on_the_map_is_whole",
            condition=models.Q(("latitude__isnull", True), ("longitude__isnull", True))
            | models.Q(("latitude__range", (-85, 85)), ("longitude__range", (-180, 180))))),
    ]
