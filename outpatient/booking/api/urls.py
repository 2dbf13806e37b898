"""REST addresses of this app: lists, rows, one POST per act."""
from django.urls import path

from emr.api.acts import act_view, list_view, row_view
from outpatient.booking.actions import booking as acts
from outpatient.booking.actions import campaign, cancelling, coupon, paper_card, phone_call, rebooking, slip, timetable
from outpatient.booking.actions import house_call as calls
from outpatient.booking.actions.appeal import send_appeal
from outpatient.booking.actions.reception import publish_reception
from outpatient.booking.api import house_call as h
from outpatient.booking.api import phone_call as t
from outpatient.booking.api import queue
from outpatient.booking.api import serializers as s
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries import campaign as campaigns
from outpatient.booking.queries import house_call as house_calls
from outpatient.booking.queries import phone_call as phone_calls
from outpatient.booking.queries import reception as receptions

SEE = "booking.see_receptions"

urlpatterns = [
    path("receptions", list_view(receptions.receptions, s.ReceptionOutput, look=SEE, filters=s.ReceptionFilters)),
    path("receptions/publish", act_view(publish_reception, s.PublishInput, s.PublishedOutput, key=True)),
    path("receptions/<uuid:reception>/coupons", list_view(receptions.coupons_of, s.CouponOutput, look=SEE)),
    path("coupons/<uuid:pk>", row_view(receptions.coupon, s.CouponOutput, look=SEE)),
    path("coupons/<uuid:row>/book", act_view(acts.book_coupon, s.BookInput, s.BookingOutput, key=True)),
    path("bookings", list_view(bookings.bookings, s.BookingOutput, look=SEE, filters=s.BookingFilters)),
    path("bookings/<uuid:pk>", row_view(bookings.one, s.BookingOutput, look=SEE)),
    path("bookings/<uuid:row>/cancel", act_view(rebooking.cancel_booking, s.CancelInput, s.BookingOutput, key=True)),
    path("bookings/<uuid:row>/reschedule", act_view(rebooking.reschedule_booking, s.RescheduleInput, s.BookingOutput, key=True)),
    path("bookings/<uuid:row>/no-show", act_view(acts.note_no_show, Output=s.BookingOutput)),
    path("coupons/<uuid:row>/hold", act_view(rebooking.hold_coupon, s.HoldInput, s.BookingOutput, key=True)),
    path("bookings/<uuid:row>/accept-offer", act_view(cancelling.accept_offer, Output=s.BookingOutput, key=True)),
    path("receptions/<uuid:row>/cancel", act_view(cancelling.cancel_reception, s.CancelReceptionInput,
                                                  s.CancelledOutput, key=True)),
    path("receptions/<uuid:row>/shorten", act_view(cancelling.shorten_reception, s.ShortenInput, s.CancelledOutput, key=True)),
    path("receptions/<uuid:row>/move", act_view(cancelling.move_reception, s.MoveReceptionInput, s.CancelledOutput, key=True)),
    path("coupons/<uuid:row>/withdraw", act_view(coupon.withdraw_coupon, s.WithdrawInput, s.WithdrawnOutput)),
    path("coupons/<uuid:row>/give-back", act_view(coupon.give_back_coupon, Output=s.WithdrawnOutput)),
    path("templates/add", act_view(timetable.add_template, s.TemplateInput, s.TemplateOutput, key=True)),
    path("templates/<uuid:row>/end", act_view(timetable.end_template, s.EndTemplateInput, s.TemplateOutput)),
    path("templates/<uuid:row>/make-receptions", act_view(timetable.make_receptions, Output=s.TemplateOutput)),
    path("appeals/send", act_view(send_appeal, s.AppealInput, s.AppealOutput, key=True)),
    path("families/book", act_view(rebooking.book_family, s.FamilyInput, s.BookingOutput, key=True)),
    path("bookings/<uuid:row>/check-in", act_view(acts.check_in, Output=s.BookingOutput)),
    path("bookings/<uuid:row>/print", act_view(slip.print_slip, s.PrintInput, s.PrintOutput, key=True)),
    path("bookings/<uuid:row>/paper-card", act_view(paper_card.set_paper_card, s.CardInput, s.BookingOutput)),
    path("receptions/<uuid:row>/send-cards", act_view(paper_card.send_cards)),
    path("prints/<uuid:row>/spoil", act_view(slip.spoil_slip, s.SpoilInput, s.PrintOutput)),
    path("bookings/<uuid:row>/begin-visit", act_view(acts.begin_visit, s.BeginInput, s.BookingOutput, key=True)),
    path("house-calls", list_view(house_calls.calls, h.HouseCallOutput, look="booking.see_house_calls",
                                  filters=h.HouseCallFilters)),
    path("house-calls/request", act_view(calls.request_house_call, h.RequestInput, h.HouseCallOutput, key=True)),
    path("house-calls/<uuid:pk>", row_view(house_calls.one, h.HouseCallOutput, look="booking.see_house_calls")),
    path("house-calls/<uuid:row>/hand-over", act_view(calls.hand_over_house_call, h.HandOverInput, h.HouseCallOutput)),
    path("house-calls/<uuid:row>/begin-visit", act_view(calls.begin_home_visit, h.VisitInput, h.HouseCallOutput, key=True)),
    path("house-calls/<uuid:row>/cancel", act_view(calls.cancel_house_call, h.CancelCallInput, h.HouseCallOutput)),
    path("house-calls/<uuid:row>/doctor-told", act_view(calls.note_doctor_told, Output=h.HouseCallOutput)),
    *queue.urlpatterns,
    path("phone-calls/waiting", list_view(phone_calls.waiting_told, t.WaitingOutput, look="booking.see_calls")),
    path("phone-calls/note", act_view(phone_call.note_phone_call, t.NoteCallInput, t.PhoneCallOutput)),
    path("phone-calls/answer", act_view(phone_call.answer_phone_call, t.AnswerCallInput, t.PhoneCallOutput)),
    path("phone-calls/end", act_view(phone_call.end_phone_call, t.EndCallInput, t.PhoneCallOutput)),
    path("phone-calls/close-missed", act_view(phone_call.close_missed_calls, t.CloseCallsInput, t.PhoneCallOutput)),
    path("phone-sets/take", act_view(phone_call.take_phone_set, t.SetInput)),
    path("phone-sets/leave", act_view(phone_call.leave_phone_set)),
    path("campaigns", list_view(campaigns.seen_by, t.CampaignOutput, look="booking.see_campaigns")),
    path("campaigns/begin", act_view(campaign.begin_campaign, t.CampaignInput, t.BegunOutput, key=True)),
    path("campaigns/<uuid:row>/stop", act_view(campaign.stop_campaign, Output=t.BegunOutput)),
]
