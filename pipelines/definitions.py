"""What Dagster loads: the assets of the home that SOFTCITY_HOME names, their checks, jobs, schedules and sensors."""

from pipelines.base import logs
from pipelines.defs import definitions
from pipelines.settings import Settings

settings = Settings.load()
if settings.is_log_json:
    logs.to_stderr(settings.secrets())
defs = definitions(settings)
