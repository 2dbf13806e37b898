"""The rows of this app, one file per noun."""
from orders.laboratory.models.lab_result import LabResult, ResultSeen
from orders.laboratory.models.lab_test import LabPanel, LabTest, ReferenceRange
from orders.laboratory.models.specimen import Specimen, SpecimenRequest

__all__ = [
    "LabPanel",
    "LabResult",
    "LabTest",
    "ReferenceRange",
    "ResultSeen",
    "Specimen",
    "SpecimenRequest",
]
