# SPDX-License-Identifier: MIT
"""The two kinds of pictures of scripts/bench, as SVG that a browser shows as it is."""

import math
from html import escape

COLOURS = ["#999999", "#2a6fb0"]


def text(x, y, content, anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>\n'


def picture(width, height, content):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'font-family="sans-serif" font-size="12" fill="#333">\n'
            f'<rect width="{width}" height="{height}" fill="#fff"/>\n{content}</svg>\n')


def round_step(highest):
    """The least of 1, 2, 5, 10, 20, ... of which at most six lie under `highest`."""
    power = 10 ** math.floor(math.log10(highest / 6))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power * 6 >= highest)


def bars(title, values):
    """A bar a value: (name, middle, least, most), the last two as a thin line over the bar."""
    left, width, step, top = 330, 760, 24, 44
    scale = (width - left - 60) / max(most for _, _, _, most in values)
    out = text(width / 2, 20, title, "middle")
    for number, (name, middle, least, most) in enumerate(values):
        y = top + number * step
        out += text(left - 8, y + 12, name, "end")
        out += (f'<rect x="{left}" y="{y}" width="{middle * scale:.1f}" height="16" fill="{COLOURS[1]}"/>\n'
                f'<path d="M{left + least * scale:.1f} {y + 8}H{left + most * scale:.1f}" stroke="#000"/>\n')
        out += text(left + most * scale + 6, y + 12, f"{middle:.2f}")
    bottom = top + len(values) * step
    out += f'<path d="M{left + scale:.1f} {top - 6}V{bottom}" stroke="#c00" stroke-dasharray="4 3"/>\n'
    return picture(width, bottom + 16, out)


def lines(title, x_label, y_label, series, logarithmic=False):
    """A line a series: name -> [(x, y)]. With `logarithmic` equal steps of x are equal factors."""
    width, height, left, right, top, bottom = 720, 360, 70, 90, 50, 50

    def scaled(value):
        return math.log10(value) if logarithmic else value

    xs = sorted({x for points in series.values() for x, _ in points})
    low, high = (scaled(xs[0]) if logarithmic else 0), scaled(xs[-1])
    highest = max(y for points in series.values() for _, y in points) * 1.1

    def place(x, y):
        across = (scaled(x) - low) / ((high - low) or 1)
        return left + across * (width - left - right), height - bottom - y / highest * (height - top - bottom)

    out = text(width / 2, 20, title, "middle") + text(left, top - 12, y_label, "end")
    out += text((left + width - right) / 2, height - 10, x_label, "middle")
    step = round_step(highest)
    for number in range(int(highest / step) + 1):
        value = number * step
        y = place(xs[0], value)[1]
        out += f'<path d="M{left} {y:.1f}H{width - right}" stroke="#ddd"/>\n'
        out += text(left - 6, y + 4, f"{value:g}", "end")
    for x in xs:
        out += text(place(x, 0)[0], height - bottom + 18, f"{x:,}", "middle")
    label_y = math.inf
    for colour, (name, points) in zip(COLOURS[-len(series):], series.items()):
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in (place(x, y) for x, y in points))
        end = place(*points[-1])
        out += f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{path}"/>\n'
        out += "".join(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{colour}"/>\n'
                       for px, py in (place(x, y) for x, y in points))
        label_y = end[1] + 4 if abs(end[1] + 4 - label_y) > 12 else label_y - 14
        out += text(end[0] + 8, label_y, name)
    return picture(width, height, out)
