"""The look of figures: colors by role, and every kind of mark, as plain dictionaries.

They are parts of Plotly's figures; tests build every figure from Plotly's own classes, which know
what may stand where. Loading those classes here would cost each worker 30 MiB and more than all
its pages' figures together.
"""

from functools import partial

# Light colors, equal to the tokens of the same name in tokens.css; no two roles share one, so that
# a page can put its own theme's color in the place of each.
COLORS = {
    "actual": "#0b5d73",
    "on-actual": "#ffffff",
    "previous": "#738e99",
    "ink": "#14212a",
    "ink-2": "#46555e",
    "casing": "#fefefe",
    "grid": "#e3e8e9",
    "edge": "#76858c",
}
CLEAR = "rgba(0,0,0,0)"
HEIGHTS = {"s": 190, "": 260, "l": 360}
BAR = 0.66
FONT = 13
MARGIN = {"l": 40, "r": 10, "t": 12, "b": 28}


# Parts are shared by all figures and never changed.
bar = partial(dict, type="bar")
scatter = partial(dict, type="scatter")

HOVER = "%{hovertext}<extra></extra>"
HATCH = {"shape": "/", "size": 6, "solidity": 0.28, "fgcolor": COLORS["actual"], "bgcolor": CLEAR}
STRIPES = {"shape": "\\", "size": 8, "solidity": 0.3}
STRIPES |= {"fgcolor": COLORS["casing"], "bgcolor": COLORS["actual"]}
OUTLINE = {"color": COLORS["actual"], "width": 1.5}

BARS = {
    "actual": bar(
        width=BAR,
        marker={"color": COLORS["actual"]},
        insidetextanchor="start",
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        insidetextfont={"color": COLORS["on-actual"]},
        outsidetextfont={"color": COLORS["ink"]},
        hovertemplate=HOVER,
        meta={"role": "actual"},
    ),
    "provisional": bar(
        width=BAR,
        marker={"color": COLORS["actual"], "line": OUTLINE, "pattern": STRIPES},
        hovertemplate=HOVER,
        meta={"role": "provisional"},
    ),
    "previous": bar(
        width=0.86,
        marker={"color": COLORS["previous"]},
        hovertemplate=HOVER,
        meta={"role": "previous"},
    ),
    "forecast": bar(
        width=BAR,
        marker={"color": CLEAR, "line": OUTLINE, "pattern": HATCH},
        hovertemplate=HOVER,
        meta={"role": "forecast"},
    ),
}
LINES = {
    "actual": scatter(
        mode="lines+markers+text",
        line={"color": COLORS["actual"], "width": 2.5},
        marker={"color": COLORS["actual"], "size": 8},
        textfont={"color": COLORS["ink"]},
        connectgaps=False,
        cliponaxis=False,
        hovertemplate=HOVER,
        meta={"role": "actual"},
    ),
    "provisional": scatter(
        mode="markers",
        marker={
            "color": COLORS["casing"],
            "size": 9,
            "line": {"color": COLORS["actual"], "width": 2},
        },
        cliponaxis=False,
        hovertemplate=HOVER,
        meta={"role": "provisional"},
    ),
    "previous": scatter(
        mode="lines",
        line={"color": COLORS["previous"], "width": 2, "dash": "dot"},
        connectgaps=False,
        hovertemplate=HOVER,
        meta={"role": "previous"},
    ),
    "forecast": scatter(
        mode="markers+text",
        marker={"symbol": "diamond", "color": COLORS["casing"], "size": 10, "line": OUTLINE},
        textfont={"color": COLORS["ink"]},
        textposition="middle right",
        cliponaxis=False,
        hovertemplate=HOVER,
        meta={"role": "forecast"},
    ),
    # The target's line runs on a casing in the ground's color, so that it is read over bars too.
    "casing": scatter(
        mode="lines",
        line={"color": COLORS["casing"], "width": 6},
        hoverinfo="skip",
        meta={"role": "casing"},
    ),
    "target": scatter(
        mode="lines",
        line={"color": COLORS["ink"], "width": 2.5},
        hoverinfo="skip",
        meta={"role": "target"},
    ),
    "label": scatter(
        mode="text",
        textposition="middle right",
        textfont={"color": COLORS["ink"]},
        cliponaxis=False,
        hoverinfo="skip",
        meta={"role": "label"},
    ),
}
WHISKER = {"type": "data", "symmetric": False, "color": COLORS["ink"], "thickness": 1.5, "width": 6}
TICKS = {"ticks": "outside", "ticklen": 4, "tickcolor": CLEAR}
VALUE_AXIS = {
    **TICKS,
    "gridcolor": COLORS["grid"],
    "gridwidth": 1,
    "zeroline": True,
    "zerolinecolor": COLORS["edge"],
    "zerolinewidth": 1,
    "exponentformat": "none",
    "fixedrange": True,
}
LAYOUT = {
    "font": {"size": FONT, "color": COLORS["ink-2"]},
    "paper_bgcolor": CLEAR,
    "plot_bgcolor": CLEAR,
    "showlegend": False,
    "dragmode": False,
    "barmode": "overlay",
    "hovermode": "closest",
    "hoverlabel": {
        "bgcolor": COLORS["ink"],
        "bordercolor": COLORS["ink"],
        "font": {"color": COLORS["casing"]},
    },
    "xaxis": {
        **TICKS,
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    },
    "yaxis": VALUE_AXIS,
}
