"""Floor 3: what was done in the laboratory.

Test catalogue, specimens, results judged by dated ranges, reports. Stands on `orders` and `emr`; never meets `nursing`.
"""
