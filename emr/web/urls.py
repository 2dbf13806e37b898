"""Pages of floor 1."""
from django.urls import path

from emr.web import health, language, lock, login, people_urls, record_urls, styleguide

app_name = "emr"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("login", login.Login.as_view(), name="login"),
    path("logout", login.Logout.as_view(), name="logout"),
    path("lock", lock.lock, name="lock"),
    path("unlock", lock.unlock, name="unlock"),
    path("awake", lock.awake, name="awake"),
    path("language", language.choose, name="language"),
    path("styleguide", styleguide.page, name="styleguide"),
    *people_urls.urlpatterns,
    *record_urls.urlpatterns,
]
