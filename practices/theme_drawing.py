"""A theme's map as a drawing: lessons on the left, sheets in the middle, cases on the right."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from practices.models import KnowledgePage
from practices.theme_map import ThemeMap

# In the units of the drawing.
WIDTH, GAP = 290, 16
LEAST_HEIGHT, LINE_HEIGHT = 58, 20
COLUMNS = (1, 395, 789)
MARGIN = 34  # for the names of the columns
LINE = 29  # characters


@dataclass(frozen=True)
class Box:
    """A page: where its box stands, and its whole title, line by line."""

    page: KnowledgePage
    x: int
    y: int
    height: int
    lines: list[str]
    width: int = WIDTH

    @property
    def text_x(self) -> int:
        """Where its text begins."""
        return self.x + 14

    @property
    def text_y(self) -> int:
        """Where its first line stands."""
        return self.middle - (len(self.lines) - 1) * LINE_HEIGHT // 2 + 6

    @property
    def middle(self) -> int:
        """Half its height, where lines arrive."""
        return self.y + self.height // 2


@dataclass(frozen=True)
class Drawing:
    """Boxes, the curves between them, and the size of the whole."""

    boxes: list[Box]
    curves: list[str]
    width: int
    height: int


def draw(found: ThemeMap) -> Drawing:
    """The drawing of a map. Pages that refer to the same sheets stand near them."""
    sheets = [branch.sheet for branch in found.branches]
    cases = _unique(
        [mention.page for branch in found.branches for mention in branch.cases] + found.cases
    )
    lessons = _unique(
        [lesson for branch in found.branches for lesson in branch.lessons] + found.lessons
    )
    columns = (lessons, sheets, cases)
    lines = {page.pk: _lines(page.title) for pages in columns for page in pages}
    height = max([LEAST_HEIGHT, *(len(each) * LINE_HEIGHT + 18 for each in lines.values())])
    inside = max(len(each) for each in columns) * (height + GAP)
    boxes: dict[int, Box] = {}
    for x, pages in zip(COLUMNS, columns, strict=True):
        step = inside / (len(pages) or 1)
        for rank, page in enumerate(pages):
            y = MARGIN + round(step * (rank + 0.5) - height / 2)
            boxes[page.pk] = Box(page, x, y, height, lines[page.pk])
    curves = []
    for branch in found.branches:
        sheet = boxes[branch.sheet.pk]
        curves += [_curve(boxes[lesson.pk], sheet) for lesson in branch.lessons]
        curves += [_curve(sheet, boxes[mention.page.pk]) for mention in branch.cases]
    return Drawing(list(boxes.values()), curves, COLUMNS[-1] + WIDTH + 1, MARGIN + inside)


def _unique(pages: Iterable[KnowledgePage]) -> Sequence[KnowledgePage]:
    return list({page.pk: page for page in pages}.values())


def _curve(left: Box, right: Box) -> str:
    start, end = left.x + WIDTH, right.x
    bend = (start + end) // 2
    return f"M{start} {left.middle}C{bend} {left.middle} {bend} {right.middle} {end} {right.middle}"


def _lines(title: str) -> list[str]:
    return textwrap.wrap(title, LINE) or [title]
