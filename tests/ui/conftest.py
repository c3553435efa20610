"""Live runs on few photos, in a folder of each test's own."""

from tests.app_tests import packages_are_searched_once
from tests.live_runs import live_photos, live_pool

__all__ = ["live_photos", "live_pool", "packages_are_searched_once"]
