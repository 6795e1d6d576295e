"""Where alerts go is secret: an address that is not understood is named by its place, in the error and in every log."""

import pytest

from pipelines.alerts import send
from pipelines.base.errors import SettingsError


@pytest.mark.parametrize("url", ["https://hooks.example/s3cret", "nosuch://bot:s3cret@host", "jsons://bot:s3cret@[::1/s3cret", "mailto://bot:s3cret@"])
def test_an_address_that_is_not_understood_is_never_printed(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SettingsError, match="address 2 is not understood") as caught:
        send(("json://127.0.0.1:9/good", url), "title", "body")
    assert "s3cret" not in str(caught.value) + caplog.text
