"""The first page: what its reader must do next, and the small fragments of floor 1 on it."""
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render

from emr import home
from emr.pages import look
from emr.queries import co_signature, today
from emr.queries import patient as patients
from emr.queries import staff as staff_queries


def page(request):
    """Everybody's first page after signing in; its parts come from the apps whose work the role does."""
    if request.actor is None:
        return redirect_to_login(request.get_full_path())
    if start := home.start(request.actor):
        return redirect(start)
    return render(request, "emr/home/page.html", {"fragments": home.fragments(request.actor)})


@look("emr.register_patient")
def today_patients(request):
    """The registry's fragment: people still without a name, who must be identified."""
    return render(request, "emr/home/_patients.html", {"unknown": patients.unknown()[:10]})


@look("emr.review_glass")
def today_glasses(request):
    """The head nurse's fragment: charts opened in an emergency that nobody has reviewed."""
    return render(request, "emr/home/_glasses.html", {"glasses": staff_queries.glasses()[:10]})


@look("emr.enrol_staff")
def today_accounts(request):
    """The administrator's fragment: accounts that deserve a look (no role, no shift, tokens about to expire)."""
    return render(request, "emr/home/_accounts.html", {"accounts": staff_queries.idle_accounts()[:10],
                                                       "tokens": staff_queries.expiring_tokens()[:10]})


@look("emr.write_document")
def today_drafts(request):
    """The doctor's fragment: one's own documents that still want a signature, and learners' that want the second one."""
    papers = co_signature.waiting_for(request.actor)[:10] if request.actor.may("emr.see_co_signing") else ()
    return render(request, "emr/home/_drafts.html", {"drafts": today.drafts_of(request.actor)[:10], "papers": papers})
