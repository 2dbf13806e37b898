"""`migrate`; into an empty database with Django's picture of past models kept up in place: a fifth of the processor's time."""
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED


class QuickState(ProjectState):
    """The models as they stood between two migrations.

    Django makes every related model anew when a model, column, index or constraint is added: here, where all points at patients
    and staff, a hundred models each time. Nothing refers to what is new, so the new model alone is made, and whatever is added to
    a model is added where it stands. The schema that comes of it is the same to the letter (compared by pg_dump).
    """

    def add_model(self, model_state):
        key = model_state.app_label, model_state.name_lower
        self.models[key] = model_state
        if self._relations is not None:
            self.resolve_model_relations(key)
        if "apps" in self.__dict__:
            self._look_here()
            self.apps.render_multiple([model_state])

    def add_field(self, app_label, model_name, name, field, preserve_default):
        if "apps" not in self.__dict__ or self.apps.get_model(app_label, model_name).__subclasses__():
            super().add_field(app_label, model_name, name, field, preserve_default)
            return
        field = field.clone()
        if not preserve_default:
            field.default = NOT_PROVIDED
        self.models[app_label, model_name].fields[name] = field
        if self._relations is not None:
            self.resolve_model_field_relations((app_label, model_name), name, field)
        self._look_here()
        self.apps.get_model(app_label, model_name).add_to_class(name, field.clone())
        self.apps.clear_cache()

    def _look_here(self):
        """From now on the models look in this state for what points at them, so that they see what is added."""
        for model in self.apps.get_models(include_auto_created=True):
            model._meta.apps = self.apps

    def _append_option(self, app_label, model_name, option_name, obj):
        model_state = self.models[app_label, model_name]
        model_state.options[option_name] = [*model_state.options[option_name], obj]
        if "apps" in self.__dict__:
            setattr(self.apps.get_model(app_label, model_name)._meta, option_name, model_state.options[option_name])

    def clone(self):
        copy = super().clone()
        copy.__class__ = QuickState
        return copy


class QuickExecutor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations=False):
        state = super()._create_project_state(with_applied_migrations)
        state.__class__ = QuickState
        return state


class Command(migrate.Command):
    def handle(self, *args, **options):
        """Migrate; the quick way only where the database is empty: what a hospital has is migrated by Django as it is."""
        if not MigrationRecorder(connections[options["database"]]).applied_migrations():
            migrate.MigrationExecutor = QuickExecutor
        try:
            super().handle(*args, **options)
        finally:
            migrate.MigrationExecutor = MigrationExecutor
