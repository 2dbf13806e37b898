"""The rows of this app, one file per noun."""
from outpatient.booking.models.account_patient import AccountPatient
from outpatient.booking.models.appeal import Appeal
from outpatient.booking.models.booking import Booking
from outpatient.booking.models.booking_notice import BookingNotice
from outpatient.booking.models.booking_setting import BookingSetting, DoctorSetting
from outpatient.booking.models.calendar_exception import CalendarException
from outpatient.booking.models.call_task import CallTask
from outpatient.booking.models.campaign import Campaign, CampaignCall, CampaignTarget, DialOptOut
from outpatient.booking.models.clinic import Clinic
from outpatient.booking.models.coupon import Coupon
from outpatient.booking.models.district_rule import DistrictDoctor, DistrictRule
from outpatient.booking.models.duplicate_report import DuplicateReport
from outpatient.booking.models.duty import Duty
from outpatient.booking.models.house_call import HouseCall
from outpatient.booking.models.kiosk_page import KioskPage
from outpatient.booking.models.no_show_decision import NoShowDecision
from outpatient.booking.models.online_pause import OnlinePause
from outpatient.booking.models.phone_call import PhoneCall, PhoneLine, PhoneSet
from outpatient.booking.models.queue_entry import QueueEntry
from outpatient.booking.models.reception import Reception
from outpatient.booking.models.reception_template import ReceptionTemplate
from outpatient.booking.models.refused_order import RefusedOrder
from outpatient.booking.models.slip_print import SlipPrint
from outpatient.booking.models.specialty import Specialty
from outpatient.booking.models.street import Street
from outpatient.booking.models.throttle import Throttle
from outpatient.booking.models.waiting_entry import WaitingEntry

__all__ = [
    "AccountPatient",
    "Appeal",
    "Booking",
    "BookingNotice",
    "BookingSetting",
    "CalendarException",
    "CallTask",
    "Campaign",
    "CampaignCall",
    "CampaignTarget",
    "Clinic",
    "Coupon",
    "DialOptOut",
    "DistrictDoctor",
    "DistrictRule",
    "DoctorSetting",
    "DuplicateReport",
    "Duty",
    "HouseCall",
    "KioskPage",
    "NoShowDecision",
    "OnlinePause",
    "PhoneCall",
    "PhoneLine",
    "PhoneSet",
    "QueueEntry",
    "Reception",
    "ReceptionTemplate",
    "RefusedOrder",
    "SlipPrint",
    "Specialty",
    "Street",
    "Throttle",
    "WaitingEntry",
]
