"""Floor 4, the polyclinic's door: the outpatient card, visits, attachment to a district."""
