"""Floor 4, the hospital's door: emergency visit, triage, admission to a bed, the stay, discharge.

Reads what nursing and laboratory did, because the discharge summary sums up doses really given.
"""
