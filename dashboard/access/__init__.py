"""Who may see what: accounts, the guard in front of every route, and the park scope. No page code belongs here."""
