from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from emr.ids import new_id


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username=username)


class User(AbstractBaseUser):
    """A login. What its holder may do follows from the Staff row or the Patient it belongs to, never from the login."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=80, unique=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    language = models.CharField(max_length=5, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    def __str__(self):
        return self.username

    @property
    def actor(self):
        """The Staff row or the Patient behind the login; None when neither is left."""
        return getattr(self, "staff", None) or getattr(self, "patient", None)
