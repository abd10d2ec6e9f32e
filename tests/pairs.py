"""The pairs of database and search engine on which the suite runs."""

import pytest
from django.db import connection

# For what knows nothing of the pair: a page as a browser shows it, a tool.
ONCE = pytest.mark.skipif(connection.vendor != "sqlite", reason="it is the same with both pairs")
