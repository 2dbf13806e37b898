"""What was done at the bedside: doses given, refused or withheld, vital signs, procedures.

Words: a *dose* is a planned dose of an order (orders.PlannedDose); an *administration* is the fact about it, and there is
one live fact per dose; a *sheet* is the doses of a department for one day; a *round* is a set of vital signs measured
together; *care* is what is ordered to be done for a patient again and again, a *task* what became of one time of it.
Nursing stands on orders and emr, tells nobody "done": done means that a live fact exists.
"""
