"""Settings of a laptop: the defaults, with no service to install."""

from .base import *  # noqa: F403
