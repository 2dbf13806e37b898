"""REST addresses of floor 1: lists, rows, one POST per act."""

urlpatterns = []
