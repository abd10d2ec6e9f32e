"""The picture of a page in the sizes and formats that a reader's screen may want.

A page never waits for a format that is slow to make: JPEG is made with it, and AVIF and WebP by
the first reader whose browser asks for them, at an address that makes them once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.images.models import Filter, SourceImageIOError
from wagtail.images.views.serve import generate_image_url

# Widths and heights, the smallest first: a phone, and a screen of many points.
SHAPES = ("fill-480x360", "fill-960x720")
# The best first: a browser takes the first that it knows.
MODERN = ("avif", "webp")


@dataclass(frozen=True)
class Source:
    """The addresses of a picture in one format, by width, as `srcset` wants them."""

    media_type: str
    srcset: str


@dataclass(frozen=True)
class Picture:
    """A picture to show; `address` is that of its largest JPEG."""

    sources: Sequence[Source]
    srcset: str
    address: str
    width: int
    height: int
    alt: str


def picture_of(image: Any) -> Picture | None:
    """The picture of `image` (or None); None as well where its file is gone."""
    if image is None:
        return None
    filters = {
        (kind, shape): Filter(spec=f"{shape}|format-{kind}")
        for kind in ("jpeg", *MODERN)
        for shape in SHAPES
    }
    found = image.find_existing_renditions(*filters.values())
    try:
        plain = {
            shape: found.get(filters["jpeg", shape]) or image.get_rendition(filters["jpeg", shape])
            for shape in SHAPES
        }
    except SourceImageIOError:
        return None

    def srcset(kind: str) -> str:
        addresses = []
        for shape in SHAPES:
            wanted = filters[kind, shape]
            made = plain[shape] if kind == "jpeg" else found.get(wanted)
            address = made.url if made else generate_image_url(image, wanted.spec)
            addresses.append(f"{address} {plain[shape].width}w")
        return ", ".join(addresses)

    largest = plain[SHAPES[-1]]
    return Picture(
        sources=[Source(f"image/{kind}", srcset(kind)) for kind in MODERN],
        srcset=srcset("jpeg"),
        address=largest.url,
        width=largest.width,
        height=largest.height,
        alt=image.description,
    )
