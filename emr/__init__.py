"""Floor 1: people, places, encounters, chart facts, documents, and the kit that every floor stands on.

The kit is what faces and acts of all apps share: `acts` (the one door for writes), `errors` (refusals), `journal`
(one row per act), `access` (the one door for reading a chart), `permissions` (role → acts), `clock`, `numbering`,
`printing`. Project wiring (`settings`, `urls`, `navigation`) lives here too and is the only place that names upper
apps, as strings.
"""
