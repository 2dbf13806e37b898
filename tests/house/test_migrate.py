"""The quick picture of past models, kept up in place, is the one that Django draws anew."""
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from emr.management.commands.migrate import QuickState


def drawn(apps):
    """What a migration sees of each model: columns, what they point at, what points at it, indexes, constraints, in order."""
    return {model._meta.label: (
        [(field.name, type(field).__name__, _points_at_one_of(apps, field))
         for field in model._meta.local_fields],
        sorted((each.related_model._meta.label, each.field.name) for each in model._meta.get_fields(include_hidden=True)
               if each.auto_created and not each.concrete),
        [each.name for each in model._meta.indexes], [each.name for each in model._meta.constraints])
            for model in apps.get_models()}


def _points_at_one_of(apps, field):
    model = field.related_model
    return model and model is apps.get_model(model._meta.label)


def test_models_added_one_by_one_are_those_drawn_at_once():
    loader = MigrationLoader(None)
    plan = [key for key in loader.graph._generate_plan(loader.graph.leaf_nodes("orders"), at_end=True)]
    state = QuickState(real_apps=loader.unmigrated_apps)
    assert state.apps
    for key in plan:
        state = loader.get_migration(*key).mutate_state(state)
    anew = ProjectState({key: row.clone() for key, row in state.models.items()}, real_apps=loader.unmigrated_apps)
    assert len(drawn(anew.apps)) > 60 and drawn(state.apps) == drawn(anew.apps)
