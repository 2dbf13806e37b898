"""The rows of this app, one file per noun."""
from outpatient.models.card import Card, District
from outpatient.models.visit import Visit

__all__ = [
    "Card",
    "District",
    "Visit",
]
