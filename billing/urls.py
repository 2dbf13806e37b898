"""Pages of this app; mounted by `emr.urls` under its own prefix."""

app_name = "billing"
urlpatterns = []
