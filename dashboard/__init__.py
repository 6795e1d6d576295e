"""The dashboard reads one published snapshot and writes only its own accounts. Nothing of `pipelines` belongs here."""
