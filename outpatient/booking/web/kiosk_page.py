"""The administrator writes what the kiosk tells (R81)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr.pages import look, request_key
from outpatient.booking.actions.kiosk_page import write_kiosk_page
from outpatient.booking.models import KioskPage
from outpatient.booking.queries import kiosk as queries


class PageForm(forms.ModelForm):
    class Meta:
        model = KioskPage
        fields = ["title_ru", "text_ru", "title_be", "text_be", "title_en", "text_en", "position", "is_shown"]
        labels = {"title_ru": _("Title in Russian"), "text_ru": _("Text in Russian"), "title_be": _("Title in Belarusian"),
                  "text_be": _("Text in Belarusian"), "title_en": _("Title in English"), "text_en": _("Text in English"),
                  "position": _("Place in the list"), "is_shown": _("Shown at the kiosk")}
        help_texts = {"position": _("The lower number stands first")}

    def clean(self):
        data = super().clean()
        if not any(data.get(f"title_{code}") for code in ("ru", "be", "en")):
            self.add_error("title_ru", _("The page needs a title in some language."))
        return data


@look("booking.write_kiosk_page")
def pages(request):
    """All pages in their order."""
    return render(request, "booking/kiosk_page/list.html", {"rows": list(queries.pages(every=True)[:200])})


@look("booking.write_kiosk_page")
def page(request, page_id=None):
    """Write a page."""
    row = queries.page(page_id, every=True) if page_id else None
    form = PageForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        write_kiosk_page(page_id, by=request.actor, request_key=request_key(request), **form.cleaned_data)
        return redirect("booking:kiosk_pages")
    return render(request, "booking/kiosk_page/page.html", {"form": form, "row": row}, status=422 if form.errors else 200)
