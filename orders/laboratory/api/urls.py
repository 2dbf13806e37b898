"""REST addresses of this app: lists, rows, one POST per act."""

urlpatterns = []
