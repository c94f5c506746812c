"""A small painter: a Plotly figure as plain SVG, for pages without script, for print and documents.

It draws what `figures` makes: bars upright or in rows, lines, points, labels, error bars, axes and
annotations. Everything is an attribute, nothing a style, so a strict content security policy has
nothing to refuse; classes let the page's style sheet recolor it.
"""

from functools import lru_cache
from hashlib import md5
from html import escape, unescape
from math import ceil

from django.utils.safestring import SafeString, mark_safe

# The same few colors, classes and numbers are written again and again.
safe = lru_cache(maxsize=2048)(escape)
EM = 0.57  # the width of a Latin letter in ems; a Chinese character takes one


def draw_svg(figure: dict, width: int, height: int = 0, *, title: str, description: str) -> str:
    """The figure as a standalone, accessible SVG; without a height, the figure's own."""
    return Painter(figure, width, height or figure["layout"].get("height", 260)).picture(
        title, description
    )


class Painter:
    def __init__(self, figure: dict, width: int, height: int):
        self.figure, self.layout = figure, figure["layout"]
        self.width, self.height = width, height
        self.roles = self.layout.get("meta", {}).get("roles", {})
        self.size = self.layout.get("font", {}).get("size", 13)
        self.ink = self.layout.get("font", {}).get("color", "#46555e")
        margin = {"l": 40, "r": 10, "t": 12, "b": 28} | self.layout.get("margin", {})
        self.left, self.right = margin["l"], width - margin["r"]
        self.top, self.bottom = margin["t"], height - margin["b"]
        self.patterns = {}
        self.id = "d" + md5(repr(figure).encode(), usedforsecurity=False).hexdigest()[:10]
        self.every = self.thinning()

    # The whole

    def picture(self, title: str, description: str) -> SafeString:
        body = self.axes()
        body += [mark for trace in self.figure["data"] for mark in self.trace(trace)]
        body += [word for note in self.layout.get("annotations", []) for word in self.note(note)]
        head = [f'<title id="{self.id}-t">{escape(str(title))}</title>']
        head += [f'<desc id="{self.id}-d">{escape(str(description))}</desc>']
        if self.patterns:
            head += ["<defs>", *self.patterns.values(), "</defs>"]
        attributes = {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "drawing",
            "viewBox": f"0 0 {self.width} {self.height}",
            "width": self.width,
            "height": self.height,
            "role": "img",
            "aria-labelledby": f"{self.id}-t {self.id}-d",
            "font-family": "Noto Sans, Noto Sans SC, sans-serif",
            "font-size": self.size,
        }
        # All text and every attribute is escaped where it is written.
        return mark_safe(element("svg", attributes, "".join([*head, *body])))  # noqa: S308

    def trace(self, trace: dict) -> list[str]:
        if trace["type"] == "bar":
            return self.bars(trace)
        return self.scatter(trace)

    # Places

    def x(self, value) -> float:
        low, high = self.layout["xaxis"]["range"]
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value) -> float:
        low, high = self.layout["yaxis"]["range"]
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def thinning(self) -> int:
        """Every how many-th year is written, so that neighbors do not touch."""
        axis = self.layout["xaxis"]
        if axis.get("showgrid", True) or not axis.get("ticktext"):
            return 1
        values = [str(text) for trace in self.figure["data"] for text in trace.get("text") or []]
        widest = max(map(self.wide, [*axis["ticktext"], *values]))
        return max(1, ceil((widest + 6) / (self.x(1) - self.x(0))))

    def written(self, at: int) -> bool:
        return (len(self.layout["xaxis"]["ticktext"]) - 1 - at) % self.every == 0

    def wide(self, text: str) -> float:
        return sum(1 if char > "\u2e80" else EM for char in str(text)) * self.size

    # Colors

    def role(self, color: str) -> str:
        return self.roles.get(color, "")

    def paint(self, color: str, kind: str) -> dict:
        """A color as attribute, and as class for the style sheet: fill-actual, stroke-grid."""
        role = self.role(color)
        return {kind: color} | ({"class": f"{kind}-{role}"} if role else {})

    def fill(self, marker: dict, width: float) -> dict:
        pattern = marker.get("pattern")
        if not pattern:
            return self.paint(marker["color"], "fill")
        line = marker.get("line", {})
        return {
            "fill": f"url(#{self.pattern(pattern)})",
            "stroke": line.get("color", marker["color"]),
            "stroke-width": line.get("width", 1),
            "class": f"stroke-{self.role(line.get('color'))}",
        }

    def pattern(self, look: dict) -> str:
        name = f"{self.id}-{'up' if look['shape'] == '/' else 'down'}"
        size, color, ground = look["size"], look["fgcolor"], look["bgcolor"]
        inside = ""
        if ground in self.roles:
            inside = element("rect", {"width": size, "height": size} | self.paint(ground, "fill"))
        stroke = {"stroke-width": round(size * look["solidity"], 2)} | self.paint(color, "stroke")
        inside += element("line", {"x1": 0, "y1": 0, "x2": 0, "y2": size} | stroke)
        turn = 45 if look["shape"] == "/" else -45
        self.patterns[name] = element(
            "pattern",
            {
                "id": name,
                "width": size,
                "height": size,
                "patternUnits": "userSpaceOnUse",
                "patternTransform": f"rotate({turn})",
            },
            inside,
        )
        return name

    # Axes

    def axes(self) -> list[str]:
        across, up = self.layout["xaxis"], self.layout["yaxis"]
        lines = []
        for axis, draw in ((across, self.upright), (up, self.level)):
            if axis.get("gridcolor"):
                grid = {"stroke-width": 1} | self.paint(axis["gridcolor"], "stroke")
                lines += [draw(value, grid) for value in axis["tickvals"] if value]
                zero = {"stroke-width": 1} | self.paint(axis["zerolinecolor"], "stroke")
                lines.append(draw(0, zero))
        for at, (value, text) in enumerate(
            zip(across["tickvals"], across["ticktext"], strict=True)
        ):
            if across.get("gridcolor") or self.written(at):
                lines.append(self.text(self.x(value), self.bottom + 18, text, anchor="middle"))
        for value, text in zip(up["tickvals"], up["ticktext"], strict=True):
            lines.append(self.text(self.left - 8, self.y(value), text, anchor="end", middle=True))
        return lines

    def level(self, value, look: dict) -> str:
        place = {"x1": self.left, "x2": self.right, "y1": self.y(value), "y2": self.y(value)}
        return element("line", place | look)

    def upright(self, value, look: dict) -> str:
        place = {"x1": self.x(value), "x2": self.x(value), "y1": self.top, "y2": self.bottom}
        return element("line", place | look)

    # Marks

    def bars(self, trace: dict) -> list[str]:
        drawn = []
        sideways = trace.get("orientation") == "h"
        look = self.fill(trace["marker"], trace["width"])
        for at, (across, up) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            if across is None or up is None:
                continue
            half = trace["width"] / 2
            if sideways:
                corners = self.x(0), self.y(up - half), self.x(across), self.y(up + half)
            else:
                corners = self.x(across - half), self.y(0), self.x(across + half), self.y(up)
            drawn.append(element("rect", box(*corners) | look))
            if not sideways:
                drawn += self.whisker(trace, at, across, up)
                drawn += self.bar_text(trace, at, across, up)
        return drawn

    def bar_text(self, trace: dict, at: int, across, up) -> list[str]:
        texts = trace.get("text") or []
        if at >= len(texts) or not texts[at] or not self.written(at):
            return []
        wide = trace["width"] * (self.x(1) - self.x(0))
        fits = max(map(self.wide, texts)) <= wide
        if fits and trace["textposition"][at] == "inside":
            color, y = trace["insidetextfont"]["color"], self.y(0) - 7
        else:
            color, y = trace["outsidetextfont"]["color"], min(self.y(up), self.y(0)) - 5
        return [self.text(self.x(across), y, texts[at], anchor="middle", color=color)]

    def whisker(self, trace: dict, at: int, across, up) -> list[str]:
        reach = trace.get("error_y") or {}
        more = (reach.get("array") or [None] * (at + 1))[at]
        less = (reach.get("arrayminus") or [None] * (at + 1))[at]
        if more is None or less is None:
            return []
        x, high, low, arm = self.x(across), self.y(up + more), self.y(up - less), reach["width"]
        path = f"M{n(x - arm)} {n(high)}h{n(2 * arm)}M{n(x)} {n(high)}V{n(low)}"
        path += f"M{n(x - arm)} {n(low)}h{n(2 * arm)}"
        stroke = {"stroke-width": reach["thickness"]} | self.paint(reach["color"], "stroke")
        return [element("path", {"d": path, "fill": "none"} | stroke)]

    def scatter(self, trace: dict) -> list[str]:
        drawn = []
        if "lines" in trace["mode"]:
            drawn.append(self.line(trace))
        for at, (across, up) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            if across is None or up is None:
                continue
            drawn += self.whisker(trace, at, across, up)
            if "markers" in trace["mode"]:
                drawn.append(self.point(trace["marker"], self.x(across), self.y(up)))
            if "text" in trace["mode"]:
                drawn += self.point_text(trace, at, across, up)
        return drawn

    def line(self, trace: dict) -> str:
        path, pen = [], "M"
        for across, up in zip(trace["x"], trace["y"], strict=True):
            if across is None or up is None:
                pen = "M"
                continue
            path.append(f"{pen}{n(self.x(across))} {n(self.y(up))}")
            pen = "L"
        look = {"stroke-width": trace["line"]["width"], "stroke-linejoin": "round"}
        if trace["line"].get("dash"):
            look["stroke-dasharray"] = {"dot": "2 4", "dash": "8 5"}[trace["line"]["dash"]]
        look |= self.paint(trace["line"]["color"], "stroke")
        return element("path", {"d": "".join(path), "fill": "none"} | look)

    def point(self, marker: dict, x: float, y: float) -> str:
        half = marker["size"] / 2
        look = self.paint(marker["color"], "fill")
        if marker.get("line"):
            edge = self.paint(marker["line"]["color"], "stroke")
            classes = " ".join(part["class"] for part in (look, edge) if "class" in part)
            look |= edge | {"stroke-width": marker["line"]["width"], "class": classes}
        if marker.get("symbol") == "diamond":
            half *= 1.3
            path = f"M{n(x)} {n(y - half)}l{n(half)} {n(half)}l{n(-half)} {n(half)}"
            return element("path", {"d": f"{path}l{n(-half)} {n(-half)}z"} | look)
        return element("circle", {"cx": n(x), "cy": n(y), "r": n(half)} | look)

    def point_text(self, trace: dict, at: int, across, up) -> list[str]:
        text, place = trace["text"][at], trace["textposition"]
        place = place if isinstance(place, str) else place[at]
        upright = self.layout["yaxis"].get("gridcolor")
        if not text or (upright and not self.written(at)):
            return []
        beside = {"right": 1, "center": 0, "left": -1}[place.split()[1]]
        below = {"top": -9, "middle": self.size * 0.35, "bottom": self.size + 5}[place.split()[0]]
        x = self.x(across) + beside * (8 if place.startswith("middle") else 4)
        anchor = {1: "start", 0: "middle", -1: "end"}[beside]
        color = trace["textfont"]["color"]
        return [self.text(x, self.y(up) + below, text.strip(), anchor=anchor, color=color)]

    # Words

    def note(self, note: dict) -> list[str]:
        if self.layout["yaxis"].get("gridcolor") and note.get("name") != "part-year":
            whole = note["x"] == int(note["x"])
            if whole and not self.written(int(note["x"])):
                return []
        x = self.x(note["x"])
        foot = note.get("yref") == "paper"
        y = (self.bottom if foot else self.y(note["y"])) - note.get("yshift", 0)
        y += {"bottom": -3, "top": self.size + 1}.get(note.get("yanchor"), self.size * 0.35)
        half = self.wide(note["text"]) / 2
        anchor = {"right": "end", "left": "start"}.get(note.get("xanchor"), "middle")
        if anchor == "middle":  # never outside the picture
            x = min(max(x, half + 1), self.width - half - 1)
        drawn = []
        if note.get("bgcolor"):
            ground = box(x - half - 2, y - self.size + 1, x + half + 2, y + 3)
            drawn.append(element("rect", ground | self.paint(note["bgcolor"], "fill")))
        color = note["font"]["color"]
        return [*drawn, self.text(x, y, note["text"], anchor=anchor, color=color)]

    def text(self, x, y, text, *, anchor: str, color: str = "", middle: bool = False) -> str:
        look = {"text-anchor": anchor} | self.paint(color or self.ink, "fill")
        # Figures are written for Plotly, which reads a little HTML: entities and line ends.
        lines = [unescape(line) for line in str(text).split("<br>")]
        if middle:
            y += self.size * (0.35 - 0.6 * (len(lines) - 1))
        if len(lines) == 1:
            return element("text", {"x": n(x), "y": n(y)} | look, escape(lines[0]))
        spans = [
            element("tspan", {"x": n(x), "dy": 0 if not at else n(self.size * 1.2)}, escape(line))
            for at, line in enumerate(lines)
        ]
        return element("text", {"x": n(x), "y": n(y)} | look, "".join(spans))


def box(x1, y1, x2, y2) -> dict:
    return {
        "x": n(min(x1, x2)),
        "y": n(min(y1, y2)),
        "width": n(abs(x2 - x1)),
        "height": n(abs(y2 - y1)),
    }


def n(value) -> str:
    """A number with one decimal at most; anything else as text, safe inside an attribute."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return safe(value) if isinstance(value, str) else str(value)


def element(name: str, attributes: dict, inside: str = "") -> str:
    written = "".join([f' {key}="{n(value)}"' for key, value in attributes.items()])
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"
