"""Floor 2: what was asked for.

Medication orders and their dose plan, the formulary, ward stock by lot, service requests (laboratory, imaging,
procedures, diets, consults, referrals) and what the patient says to take. Stands on `emr`.
"""
