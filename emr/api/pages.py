"""Paging of API lists: `count`, `next`, `previous`, `results`; at most 200 rows a page."""
from rest_framework.exceptions import ParseError
from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request):
        asked = request.query_params.get("page_size")
        if asked is not None and not (asked.isdigit() and 1 <= int(asked) <= self.max_page_size):
            raise ParseError(f"page_size: a whole number from 1 to {self.max_page_size} is needed")
        return super().get_page_size(request)
