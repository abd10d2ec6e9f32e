"""Draws the pictures of the demo: `python -m demo.images` writes them again.

They are drawn in the colours of the site, three times too large, and shrunk, which smooths their
edges. The files are kept with the sources, so that loading the demo only copies them.
"""

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent / "content" / "images"
SCALE = 3
# The tokens of static/css/passerelle.css.
TEAL, TEAL_DARK, TEAL_PALE = "#0b5c6b", "#07424d", "#e3eff1"
OCHRE, OCHRE_PALE = "#d98e04", "#fbefd5"
PLUM, PLUM_PALE = "#7a2e5d", "#f6e9f1"
BAND, PAPER, INK = "#faf7f0", "#ffffff", "#1d2a33"
SEA = "#8fbcc4"  # teal halfway to white, for what stands behind

Point = tuple[float, float]


class Canvas:
    """A picture whose unit is the pixel of the finished file."""

    def __init__(self, width: int, height: int, background: str) -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), background)
        self.draw = ImageDraw.Draw(self.image)

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * SCALE, y * SCALE) for x, y in points]

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.ellipse(box, fill=fill)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float) -> None:
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.ellipse(box, outline=colour, width=round(width * SCALE))

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, colour: str, width: float
    ) -> None:
        """An arc with round ends; angles in degrees, clockwise from three o'clock."""
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.arc(box, start, end, fill=colour, width=round(width * SCALE))
        for angle in (start, end):
            way = math.radians(angle)
            middle = radius - width / 2
            self.disc(x + middle * math.cos(way), y + middle * math.sin(way), width / 2, colour)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0
    ) -> None:
        corners = self._scaled([(x, y), (x + width, y + height)])
        self.draw.rounded_rectangle(corners, radius * SCALE, fill=fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon(self._scaled(points), fill=fill)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line with round ends and corners."""
        self.draw.line(self._scaled(points), fill=colour, width=round(width * SCALE))
        for x, y in points:
            self.disc(x, y, width / 2, colour)

    def person(self, x: float, y: float, size: float, colour: str) -> None:
        """A head and shoulders that stand on `y`."""
        self.disc(x, y - size * 0.98, size * 0.3, colour)
        box = self._scaled([(x - size / 2, y - size * 0.62), (x + size / 2, y + size * 0.62)])
        self.draw.pieslice(box, 180, 360, fill=colour)

    def text(self, x: float, y: float, text: str, size: float, colour: str) -> None:
        """A text whose left end is at `x` and whose middle is at `y`."""
        font = ImageFont.load_default(size * SCALE)
        self.draw.text((x * SCALE, y * SCALE), text, fill=colour, font=font, anchor="lm")

    def finished(self) -> Image.Image:
        """The picture at its size, with few enough colours for a small file."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        return small.quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _scene(background: str, sun: str) -> Canvas:
    """The ground on which every illustration stands: a disc, and a shore."""
    canvas = Canvas(1200, 900, background)
    canvas.disc(860, 330, 420, sun)
    wave = [(x, 742 + 26 * math.sin(x / 190) + 10 * math.sin(x / 61)) for x in range(0, 1201, 6)]
    canvas.shape([*wave, (1200, 900), (0, 900)], TEAL_DARK)
    return canvas


def clock() -> Canvas:
    canvas = _scene(OCHRE_PALE, "#f6dfae")
    canvas.disc(600, 420, 300, TEAL)
    canvas.disc(600, 420, 252, PAPER)
    for hour in range(12):
        way = math.radians(30 * hour)
        near, far = (196, 226) if hour % 3 == 0 else (210, 226)
        points = [(600 + r * math.sin(way), 420 - r * math.cos(way)) for r in (near, far)]
        canvas.line(points, TEAL_DARK, 14 if hour % 3 == 0 else 8)
    # The first hour of the day, which is the one to call in.
    canvas.draw.pieslice(
        [(600 - 180) * SCALE, (420 - 180) * SCALE, (600 + 180) * SCALE, (420 + 180) * SCALE],
        -90, -60, fill="#f2b134",
    )  # fmt: skip
    canvas.line([(600, 420), (600, 270)], INK, 20)
    canvas.line([(600, 420), (684, 274)], PLUM, 16)
    canvas.disc(600, 420, 24, INK)
    return canvas


def frames() -> Canvas:
    canvas = _scene(TEAL_PALE, "#cfe3e6")
    for step, colour in enumerate((SEA, TEAL, TEAL_DARK)):
        canvas.box(230 + 90 * step, 180 + 70 * step, 560, 360, colour, 34)
    canvas.box(440, 350, 500, 300, PAPER, 20)
    canvas.disc(690, 470, 84, OCHRE)
    canvas.shape([(664, 424), (664, 516), (744, 470)], PAPER)
    canvas.box(540, 590, 300, 16, TEAL, 8)
    canvas.box(590, 616, 200, 16, SEA, 8)
    return canvas


def book() -> Canvas:
    canvas = _scene(PLUM_PALE, "#ead3e0")
    for side in (-1, 1):
        canvas.shape(
            [(600, 330), (600 + side * 400, 250), (600 + side * 400, 640), (600, 730)], PLUM
        )
        canvas.shape(
            [(600, 306), (600 + side * 372, 226), (600 + side * 372, 600), (600, 690)], PAPER
        )
        for row in range(5):
            y = 372 + 58 * row
            canvas.line(
                [(600 + side * 56, y - 12), (600 + side * 314, y - 68)],
                OCHRE if (row, side) == (1, 1) else SEA, 13,
            )  # fmt: skip
    canvas.line([(600, 312), (600, 716)], TEAL_DARK, 12)
    return canvas


def circles() -> Canvas:
    canvas = _scene(TEAL_PALE, "#cfe3e6")
    canvas.ring(600, 420, 290, TEAL, 14)
    colours = [TEAL, OCHRE, PLUM, TEAL_DARK, OCHRE, TEAL, PLUM]
    for place, colour in enumerate(colours):
        way = math.radians(360 / len(colours) * place - 90)
        x, y = 600 + 290 * math.cos(way), 420 + 290 * math.sin(way)
        canvas.disc(x, y, 76, TEAL_PALE)
        canvas.disc(x, y, 62, colour)
    canvas.disc(600, 420, 116, PAPER)
    canvas.ring(600, 420, 116, OCHRE, 12)
    canvas.line([(552, 424), (588, 460), (654, 384)], TEAL, 20)
    return canvas


def statement() -> Canvas:
    canvas = _scene(OCHRE_PALE, "#f6dfae")
    canvas.box(382, 122, 470, 620, "#e8cf9b", 22)
    canvas.box(350, 96, 470, 620, PAPER, 22)
    canvas.box(350, 96, 470, 110, TEAL, 22)
    canvas.box(350, 170, 470, 40, TEAL)
    canvas.box(404, 138, 250, 22, PAPER, 11)
    for row in range(4):
        y = 276 + 106 * row
        canvas.disc(424, y + 14, 26, [OCHRE, OCHRE, OCHRE, PLUM][row])
        canvas.box(478, y - 12, 286, 18, SEA, 9)
        canvas.box(478, y + 20, 190, 18, TEAL_PALE, 9)
    canvas.line([(412, 290), (422, 301), (439, 279)], PAPER, 7)
    canvas.line([(412, 396), (422, 407), (439, 385)], PAPER, 7)
    canvas.line([(412, 502), (422, 513), (439, 491)], PAPER, 7)
    return canvas


def teams() -> Canvas:
    canvas = _scene(PLUM_PALE, "#ead3e0")
    for x, y, colours in [
        (330, 700, (SEA, TEAL, SEA)),
        (870, 700, ("#c99ab6", PLUM, "#c99ab6")),
    ]:
        canvas.person(x - 110, y - 30, 150, colours[0])
        canvas.person(x + 110, y - 30, 150, colours[2])
        canvas.person(x, y + 10, 190, colours[1])
    canvas.box(430, 150, 340, 230, PAPER, 24)
    canvas.shape([(560, 378), (640, 378), (600, 436)], PAPER)
    canvas.line([(500, 232), (700, 232)], TEAL, 18)
    canvas.line([(500, 296), (620, 296)], OCHRE, 18)
    return canvas


def pairs() -> Canvas:
    canvas = _scene(TEAL_PALE, "#cfe3e6")
    canvas.person(430, 720, 330, TEAL)
    canvas.person(770, 720, 330, OCHRE)
    canvas.shape([(600, 560), (380, 520), (380, 700), (600, 744)], PAPER)
    canvas.shape([(600, 560), (820, 520), (820, 700), (600, 744)], "#f4f1ea")
    for row in range(3):
        y = 592 + 40 * row
        canvas.line([(424, y - 28), (566, y)], SEA, 9)
        canvas.line([(634, y), (776, y - 28)], SEA, 9)
    return canvas


def stairs() -> Canvas:
    canvas = _scene(OCHRE_PALE, "#f6dfae")
    colours = [SEA, "#5c98a3", TEAL, TEAL_DARK]
    for step, colour in enumerate(colours):
        canvas.box(170 + 200 * step, 640 - 120 * step, 1100, 900, colour, 12)
    canvas.person(870, 276, 150, PLUM)
    canvas.person(470, 516, 120, OCHRE)
    canvas.shape([(1010, 150), (1010, 280), (1020, 280), (1020, 150)], INK)
    canvas.shape([(1020, 150), (1110, 180), (1020, 212)], OCHRE)
    return canvas


def bridge() -> Canvas:
    canvas = _scene(TEAL_PALE, "#f6dfae")
    canvas.arc(600, 900, 560, 205, 335, TEAL, 26)
    for x in range(180, 1021, 105):
        top = 900 - math.sqrt(max(547**2 - (x - 600) ** 2, 0))
        if top < 640:
            canvas.line([(x, top), (x, 650)], TEAL, 12)
    canvas.box(40, 640, 1120, 32, OCHRE, 16)
    for x, size, colour in [(330, 86, PLUM), (520, 104, TEAL_DARK), (690, 92, PLUM)]:
        canvas.person(x, 640, size, colour)
    return canvas


def loop() -> Canvas:
    canvas = _scene(PLUM_PALE, "#ead3e0")
    for start, colour in [(-80, TEAL), (40, OCHRE), (160, PLUM)]:
        canvas.arc(600, 420, 280, start, start + 84, colour, 64)
        way = math.radians(start + 99)
        x, y = 600 + 248 * math.cos(way), 420 + 248 * math.sin(way)
        along, across = way + math.pi / 2, way
        canvas.shape(
            [
                (x + 62 * math.cos(along), y + 62 * math.sin(along)),
                (
                    x - 44 * math.cos(along) + 74 * math.cos(across),
                    y - 44 * math.sin(along) + 74 * math.sin(across),
                ),
                (
                    x - 44 * math.cos(along) - 74 * math.cos(across),
                    y - 44 * math.sin(along) - 74 * math.sin(across),
                ),
            ],
            colour,
        )
    canvas.box(510, 340, 180, 160, PAPER, 18)
    for place, height in enumerate((46, 84, 112)):
        canvas.box(536 + 46 * place, 480 - height, 34, height, [SEA, TEAL, OCHRE][place], 6)
    return canvas


def waves() -> Canvas:
    canvas = _scene(TEAL_PALE, "#cfe3e6")
    for place in range(21):
        x = 150 + 45 * place
        height = 60 + 210 * math.exp(-(((place - 10) / 5.2) ** 2)) * abs(math.cos(place * 1.13))
        colour = OCHRE if place == 10 else (TEAL if place % 2 else TEAL_DARK)
        canvas.line([(x, 410 - height), (x, 410 + height)], colour, 22)
    return canvas


def monitor() -> Canvas:
    canvas = _scene(OCHRE_PALE, "#f6dfae")
    canvas.box(240, 150, 720, 470, TEAL_DARK, 36)
    canvas.box(280, 190, 640, 390, "#0a3039", 16)
    for x in range(340, 920, 64):
        canvas.line([(x, 200), (x, 570)], "#124a56", 2)
    for y in range(230, 580, 58):
        canvas.line([(290, y), (910, y)], "#124a56", 2)
    beat = [(300, 400), (420, 400), (456, 340), (492, 400), (530, 400), (560, 450), (606, 236)]
    beat += [(650, 510), (684, 400), (760, 400), (800, 352), (838, 400), (900, 400)]
    canvas.line(beat, "#f2b134", 13)
    canvas.box(540, 620, 120, 80, TEAL, 0)
    canvas.box(430, 690, 340, 34, TEAL, 17)
    return canvas


def tutoring() -> Canvas:
    canvas = _scene(PLUM_PALE, "#ead3e0")
    canvas.person(320, 740, 260, TEAL)
    canvas.person(880, 740, 220, OCHRE)
    canvas.box(360, 120, 380, 220, PAPER, 44)
    canvas.shape([(420, 330), (500, 330), (404, 408)], PAPER)
    canvas.box(620, 230, 330, 170, TEAL_DARK, 40)
    canvas.shape([(820, 390), (890, 390), (892, 448)], TEAL_DARK)
    for row, width in enumerate((270, 210, 240)):
        canvas.line([(416, 182 + 48 * row), (416 + width, 182 + 48 * row)], SEA, 16)
    for dot in range(3):
        canvas.disc(718 + 67 * dot, 315, 20, PAPER)
    return canvas


def magnifier() -> Canvas:
    canvas = _scene(TEAL_PALE, "#cfe3e6")
    canvas.box(250, 110, 520, 610, PAPER, 20)
    for row in range(9):
        canvas.box(310, 176 + 58 * row, [400, 340, 380, 300][row % 4], 20, SEA, 10)
    canvas.line([(770, 570), (930, 740)], INK, 52)
    canvas.disc(660, 440, 210, INK)
    canvas.disc(660, 440, 176, OCHRE_PALE)
    canvas.line([(600, 392), (720, 488)], PLUM, 26)
    canvas.line([(720, 392), (600, 488)], PLUM, 26)
    return canvas


def contrast() -> Canvas:
    canvas = _scene(BAND, "#f6dfae")
    canvas.disc(600, 410, 290, TEAL_DARK)
    canvas.disc(600, 410, 252, PAPER)
    box = [(600 - 252) * SCALE, (410 - 252) * SCALE, (600 + 252) * SCALE, (410 + 252) * SCALE]
    canvas.draw.pieslice(box, 90, 270, fill=TEAL_DARK)
    for row, width in enumerate((130, 170, 120)):
        y = 340 + 70 * row
        canvas.line([(570 - width, y), (570, y)], PAPER, 22)
        canvas.line([(630, y), (630 + width, y)], OCHRE if row == 1 else TEAL, 22)
    return canvas


def padlock() -> Canvas:
    canvas = _scene(OCHRE_PALE, "#f6dfae")
    canvas.arc(600, 380, 170, 180, 360, TEAL_DARK, 54)
    canvas.box(430, 376, 54, 110, TEAL_DARK)
    canvas.box(716, 376, 54, 110, TEAL_DARK)
    canvas.box(370, 420, 460, 310, TEAL, 36)
    canvas.disc(600, 546, 52, PAPER)
    canvas.shape([(582, 560), (618, 560), (632, 664), (568, 664)], PAPER)
    canvas.disc(850, 250, 80, PLUM)
    canvas.line([(812, 252), (840, 280), (890, 222)], PAPER, 18)
    return canvas


def _logo(acronym: str, colour: str) -> Canvas:
    canvas = Canvas(560, 240, PAPER)
    canvas.box(20, 30, 180, 180, colour, 36)
    canvas.text(228, 122, acronym, 92, INK)
    return canvas


def logo_university() -> Canvas:
    canvas = _logo("UPGM", TEAL)
    # A river that winds between its banks.
    river = [(30 + x, 122 + 44 * math.sin(x / 26)) for x in range(0, 161, 4)]
    canvas.line(river, PAPER, 20)
    canvas.disc(150, 74, 16, "#f2b134")
    return canvas


def logo_service_centre() -> Canvas:
    canvas = _logo("CSSHM", PLUM)
    for row, colour in enumerate((PAPER, "#f2b134", PAPER)):
        y = 92 + 34 * row
        crest = [(36 + x, y + 11 * math.sin(x / 15 + row)) for x in range(0, 149, 4)]
        canvas.line(crest, colour, 13)
    return canvas


def logo_transfer_centre() -> Canvas:
    canvas = _logo("CLTE", OCHRE)
    for x in (56, 92, 128, 164):
        canvas.line([(x, 78 if x in (92, 164) else 98), (x, 182)], PAPER, 18)
    canvas.line([(44, 132), (176, 132)], TEAL_DARK, 14)
    return canvas


def logo_college() -> Canvas:
    canvas = _logo("CVL", TEAL_DARK)
    canvas.shape([(38, 180), (96, 92), (132, 146), (150, 120), (184, 180)], PAPER)
    canvas.disc(146, 76, 22, "#f2b134")
    return canvas


def logo_ministry() -> Canvas:
    canvas = _logo("BIPN", INK)
    for row in range(3):
        for column in range(3):
            lit = (row, column) in {(0, 2), (1, 1), (2, 0), (2, 2)}
            canvas.box(56 + 40 * column, 66 + 40 * row, 28, 28, "#f2b134" if lit else SEA, 7)
    return canvas


PICTURES: dict[str, Callable[[], Canvas]] = {
    "boucle.png": loop,
    "cadenas.png": padlock,
    "capsules.png": frames,
    "cercles.png": circles,
    "contraste.png": contrast,
    "declaration.png": statement,
    "dyades.png": pairs,
    "equipes.png": teams,
    "escalier.png": stairs,
    "horloge.png": clock,
    "livre.png": book,
    "logo-bipn.png": logo_ministry,
    "logo-clte.png": logo_transfer_centre,
    "logo-csshm.png": logo_service_centre,
    "logo-cvl.png": logo_college,
    "logo-upgm.png": logo_university,
    "loupe.png": magnifier,
    "ondes.png": waves,
    "passerelle.png": bridge,
    "simulation.png": monitor,
    "tutorat.png": tutoring,
}


def main() -> None:
    """Write every picture into the folder of the demo's content."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        draw().finished().save(FOLDER / name, optimize=True)
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
