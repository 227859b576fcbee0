"""Draws a chart as SVG that reads in light and dark and says in words what it shows.

The only importer of `ziaplot`, which lays out axes and marks. Same chart, same bytes. Colors are
custom properties of the page (`--kb-chart-1` …), with values that read on white and on slate.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from kb.computed.figure import BarChart, format_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    import ziaplot

    from kb.computed.figure import Chart, LineChart, Series

# Mid-tones: each has a contrast above 3 to 1 with white and with Material's slate (WCAG 1.4.11).
COLORS = ("#3f7fbf", "#bf6420", "#7d8a2e", "#9a68b8", "#2c8f83", "#b35c77")
_DASHES = ("-", "8 4", "2 3", "10 3 2 3", "14 5", "5 2")
_WIDTH = 480  # narrow, so that words stay readable when a phone shrinks it
_MARGIN = 14  # at both sides, for half of the first and last number under the axis
_LINE_HEIGHT = 22  # of a legend or label line, in pixels
_BAR_ROW = 22.0
_FONT = 14
_ROOM = 1.14  # the axis is longer than the longest bar, so that its number has a place
_GAP = 0.7  # between two groups of bars, in rows
_PLOT_HEIGHT = 300
_MOST_DOTS = 40  # points of a line; more dots than that run together
_LEAST = 1e-100  # a height on the page divided by less than that may be too large for a number
_STYLE = f"""
    * {{ color: currentColor; edge_color: none; font: inherit; font_size: {_FONT}; }}
    Graph.TickX {{ height: 5; stroke_width: 1; font_size: {_FONT}; }}
    Graph.TickY {{ height: 5; stroke_width: 1; font_size: {_FONT}; }}
    Graph {{ color: none; edge_color: currentColor; edge_width: 1; }}
    Graph.XName {{ font_size: {_FONT}; }}
    Graph.GridX {{ color: currentColor 18%; stroke_width: 1; }}
    Graph.GridY {{ color: currentColor 18%; stroke_width: 1; }}
    Canvas {{ color: none; }}
"""
_BAR_STYLE = "Graph.GridY { color: none; } Graph.TickX { pad: 0; } Graph.TickY { pad: 0; }"
_LINE_STYLE = "Graph.TickX { pad: 0.1; } Graph.TickY { pad: 0.1; }"
_PLAIN = "edge_color: none;"


def draw_chart(chart: Chart, ident: str) -> ET.Element:
    """Return the chart as an `svg` element to stand inline in a page of HTML.

    `ident` must be its own on the page: every id inside begins with it. Tags have no namespace, as
    HTML wants them; `render_chart` adds it. Raises ValueError if no series has a value.
    """
    if not _known(chart):
        raise ValueError("chart must have at least one value")
    plot = _bars(chart) if isinstance(chart, BarChart) else _lines(chart)
    return _finished(plot, chart, ident)


def render_chart(chart: Chart, ident: str = "chart") -> str:
    """Return the chart as the text of an SVG file. Raises ValueError as `draw_chart` does."""
    svg = draw_chart(chart, ident)
    svg.set("xmlns", "http://www.w3.org/2000/svg")
    return ET.tostring(svg, encoding="unicode") + "\n"


def series_color(number: int) -> str:
    """Return the CSS color of series `number` (from 0): the page's, or ours where it has none."""
    place = number % len(COLORS)
    return f"var(--kb-chart-{place + 1}, {COLORS[place]})"


def _known(chart: Chart) -> list[float]:
    return [_drawable(v) for series in chart.series for v in series.values if v is not None]


def _drawable(value: float | Decimal) -> float:
    """Return the value, or 0 for one that nobody could tell from it on any page."""
    number = float(value)
    return 0.0 if abs(number) < _LEAST else number


def _bars(chart: BarChart) -> ET.Element:
    per_group = len(chart.series) + 1 + _GAP  # one row for the label
    rows = per_group * len(chart.labels)
    values = _known(chart)
    low, high = min(0.0, *values) * _ROOM, max(0.0, *values) * _ROOM
    graph = _graph(rows * _BAR_ROW + 50, _STYLE + _BAR_STYLE)
    for number, series in enumerate(chart.series):
        rising = [rows - group * per_group - 1.5 - number for group in range(len(chart.labels))]
        shown = [(y, v) for y, v in zip(rising, series.values, strict=True) if v is not None]
        if shown:
            ys, ends = [y for y, _ in shown], [_drawable(v) for _, v in shown]
            bars = _ziaplot().BarsHoriz(ys, ends, width=0.82)
            graph.add(bars.color(series_color(number)).style(_PLAIN))
        for y, value in shown:
            end = max(_drawable(value), 0.0) + (high - low) / 100
            graph.add(_text(end, y, format_number(value)))
    for group, label in enumerate(chart.labels):
        y = rows - group * per_group - 0.55
        graph.add(_text(low, y, _printable(label)))
    graph.yticks([0, rows], ["", ""]).noyticks().axesnames(_printable(chart.value_name) or None)
    return _drawn(graph.xrange(low, high or 1.0).yrange(0, rows))


def _lines(chart: LineChart) -> ET.Element:
    graph = _graph(_PLOT_HEIGHT, _STYLE + _LINE_STYLE)
    dots = len(chart.x) <= _MOST_DOTS
    for number, series in enumerate(chart.series):
        for xs, ys in _runs(chart.x, series):
            line = _ziaplot().PolyLine(xs, ys).color(series_color(number)).style(_PLAIN)
            line.stroke(_dash(number))
            graph.add(line.marker("round", 3.5) if dots or len(xs) == 1 else line)
    low, high = min(0.0, *_known(chart)), max(0.0, *_known(chart))
    return _drawn(graph.axesnames(_printable(chart.x_name)).yrange(low, high or 1.0))


def _runs(x: tuple[float, ...], series: Series) -> Iterator[tuple[list[float], list[float]]]:
    """Yield the stretches of a line between its gaps."""
    xs: list[float] = []
    ys: list[float] = []
    for at, value in (*zip(x, series.values, strict=True), (math.nan, None)):
        if value is not None:
            xs.append(at)
            ys.append(_drawable(value))
        elif xs:
            yield xs, ys
            xs, ys = [], []


def _dash(number: int) -> str:
    return _DASHES[number % len(_DASHES)]


def _ziaplot() -> Any:
    """Return ziaplot, imported when something is drawn: to check a base nothing is."""
    import ziaplot  # noqa: PLC0415

    return ziaplot


def _graph(height: float, style: str) -> ziaplot.Graph:
    # Where ziamath is installed, ziaplot would turn text into paths that nobody can read or search.
    _ziaplot().config.text = "text"
    _ziaplot().config.precision = 2
    # The style comes first: what is added takes it over as it is then.
    return _ziaplot().Graph().css(style).size(_WIDTH, height).legend("none")


def _text(x: float, y: float, words: str) -> ziaplot.Text:
    text = _ziaplot().Text(x, y, words, valign="center").color("currentColor")
    return text.style(f"font: inherit; font_size: {_FONT};")


def _drawn(graph: ziaplot.Graph) -> ET.Element:
    svg: ET.Element = graph.svgxml()
    return svg


def _finished(plot: ET.Element, chart: Chart, ident: str) -> ET.Element:
    """Return the plot with its words, its legend on top, and ids that are its own on the page."""
    height = math.ceil(float(plot.get("height", "0")))
    legend = [*_legend(chart)]
    top = len(legend) * _LINE_HEIGHT
    svg = ET.Element(
        "svg",
        {
            "class": "kb-chart",
            "role": "img",
            "aria-labelledby": f"{ident}-title {ident}-desc",
            "viewBox": f"{-_MARGIN} {-top} {_WIDTH + 2 * _MARGIN} {height + top}",
            "width": str(_WIDTH + 2 * _MARGIN),
            "height": str(height + top),
        },
    )
    ET.SubElement(svg, "title", {"id": f"{ident}-title"}).text = _printable(chart.title)
    ET.SubElement(svg, "desc", {"id": f"{ident}-desc"}).text = _printable(chart.description)
    for line, group in enumerate(legend):
        group.set("transform", f"translate(0 {line * _LINE_HEIGHT - top + _LINE_HEIGHT / 2:g})")
        svg.append(group)
    svg.extend(node for node in plot if node.get("width") != "100%")  # its blank background
    for node in svg.iter():
        _rename_ids(node, ident)
    return svg


def _legend(chart: Chart) -> Iterator[ET.Element]:
    """Yield a line for what the numbers are and, where there are several series, one for each."""
    if not isinstance(chart, BarChart) and chart.value_name:
        yield _legend_line(None, chart.value_name, chart)
    if len(chart.series) > 1:
        for number, series in enumerate(chart.series):
            yield _legend_line(number, series.name, chart)


def _legend_line(number: int | None, name: str, chart: Chart) -> ET.Element:
    group = ET.Element("g")
    if number is not None and isinstance(chart, BarChart):
        mark = {"x": "1", "y": "-7", "width": "14", "height": "14", "fill": series_color(number)}
        ET.SubElement(group, "rect", mark)
    elif number is not None:
        mark = {"d": "M 1,0 L 41,0", "stroke": series_color(number), "stroke-width": "2"}
        dashes = {} if _dash(number) == "-" else {"stroke-dasharray": _dash(number)}
        ET.SubElement(group, "path", mark | dashes)
    start = "1" if number is None else ("22" if isinstance(chart, BarChart) else "50")
    words = {"x": start, "y": "0", "fill": "currentColor", "font-size": str(_FONT)}
    text = ET.SubElement(group, "text", words | {"dominant-baseline": "central"})
    text.text = _printable(name)
    return group


def _rename_ids(node: ET.Element, ident: str) -> None:
    if "id" in node.attrib and not node.attrib["id"].startswith(f"{ident}-"):
        node.set("id", f"{ident}-{node.attrib['id']}")
    for name, value in node.attrib.items():
        if value.startswith("url(#"):
            node.set(name, value.replace("url(#", f"url(#{ident}-", 1))


def _printable(text: str) -> str:
    """Drop what XML cannot hold: control characters and halves of surrogate pairs."""
    return "".join(c for c in text if c.isprintable())
