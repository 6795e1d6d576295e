"""The walk of test_walk.py as operators and stewards: a file of its own, so that two workers share the longest tests."""

import pytest

from tests.browser.test_walk import walk


@pytest.mark.parametrize("name", ["opa", "ste"])
def test_every_page_is_whole_for_its_role_and_accessible_in_both_schemes(open_as, site: str, name: str):
    walk(open_as, site, name)
