"""Live runs on few photos, in a folder of each test's own."""

from tests.live_runs import live_photos, live_pool

__all__ = ["live_photos", "live_pool"]
