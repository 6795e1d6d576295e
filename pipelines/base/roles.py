"""Who somebody may be. What each may see and do stands with the pages, tables and acts that name roles."""

ROLES = ("analyst", "operator", "auditor", "steward", "admin")
