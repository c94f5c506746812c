/* Draws every [data-chart] element from the Plotly figure that the server sends as JSON, over the drawing that already stands there.
   The figure is complete; this file only fits it to width, language and theme. The server's drawing stays for print. */
(() => {
  const root = document.documentElement;
  const config = {
    displayModeBar: false, displaylogo: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false,
    showSendToCloud: false, plotlyServerURL: "", locale: root.lang.startsWith("zh") ? "zh-CN" : "en-US",
  };
  const tokens = { actual: "--c-actual", "on-actual": "--c-on-actual", previous: "--c-previous", casing: "--c-casing", grid: "--c-grid" };
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const read = (plot) => JSON.parse(document.getElementById(plot.dataset.chart).textContent);

  /* Puts the theme's color in the place of each role's light one. */
  function recolored(figure) {
    const roles = figure.layout.meta.roles, colors = {};
    Object.keys(roles).forEach((light) => { colors[light] = token(tokens[roles[light]] || `--${roles[light]}`) || light; });
    const walk = (part) => {
      if (typeof part === "string") return colors[part] || part;
      if (Array.isArray(part)) return part.map(walk);
      if (!part || typeof part !== "object") return part;
      return Object.keys(part).reduce((copy, key) => { copy[key] = key === "meta" ? part[key] : walk(part[key]); return copy; }, {});
    };
    const whole = walk(figure);
    whole.layout.font.family = token("--sans");
    return whole;
  }

  /* Leaves out words that would touch their neighbors, and keeps the rest inside the picture. */
  function fitted(figure, width) {
    const layout = figure.layout, size = width < 420 ? 12 : 13;
    layout.width = width;
    layout.font.size = size;
    if (layout.yaxis.automargin) { // rows: the margin takes what the names need
      layout.margin.l = 4;
      return figure;
    }
    const wide = (text) => [...String(text)].reduce((sum, char) => sum + (char > "\u2e80" ? size : size * 0.57), 0);
    const ticks = layout.xaxis.ticktext, slot = (width - layout.margin.l - layout.margin.r) / Math.max(ticks.length, 1);
    const texts = figure.data.reduce((all, trace) => all.concat(trace.text || []), []);
    const every = Math.max(1, Math.ceil((Math.max(...ticks.concat(texts).map(wide)) + 6) / slot));
    const written = (at) => (ticks.length - 1 - at) % every === 0;
    layout.xaxis.ticktext = ticks.map((text, at) => (written(at) ? text : ""));
    figure.data.forEach((trace) => {
      if (!trace.text) return;
      const narrow = trace.type === "bar" && Math.max(...trace.text.map(wide)) > trace.width * slot;
      if (narrow) trace.textposition = "outside";
      trace.text = trace.text.map((text, at) => (written(at) ? text : ""));
    });
    layout.annotations = layout.annotations.filter((note) => note.name || note.x % 1 !== 0 || written(note.x));
    layout.annotations.filter((note) => note.name === "part-year").forEach((note) => {
      const middle = layout.margin.l + (note.x + 0.5) * slot, half = wide(note.text) / 2;
      note.xshift = Math.min(0, width - middle - half - 2) + Math.max(0, half + 2 - middle);
    });
    return figure;
  }

  /* On the page the heading stands above the chart. */
  function forPage(plot) {
    const figure = fitted(recolored(read(plot)), plot.clientWidth);
    delete figure.layout.title;
    figure.layout.height = plot.clientHeight;
    return figure;
  }

  function draw(plot) {
    let canvas = plot.querySelector(".canvas");
    if (!canvas) {
      canvas = document.createElement("div");
      canvas.className = "canvas";
      plot.append(canvas);
    }
    try {
      const figure = forPage(plot);
      plot.dataset.width = plot.clientWidth;
      (plot.classList.contains("drawn") ? Plotly.react : Plotly.newPlot)(canvas, figure.data, figure.layout, config);
      plot.classList.add("drawn");
    } catch (error) {
      canvas.remove(); // the server's drawing stays
      const failed = plot.parentElement.querySelector("[data-chart-failed]");
      if (failed) failed.hidden = false;
      console.error(error);
    }
  }

  /* A picture to keep: light, with its heading, in a fixed width. */
  function picture(plot) {
    const dark = document.getElementById("dark-tokens"), media = dark && dark.media;
    if (dark) dark.media = "not all";
    const figure = fitted(recolored(read(plot)), 900);
    if (dark) dark.media = media;
    const { layout } = figure, ink = Object.keys(layout.meta.roles).find((color) => layout.meta.roles[color] === "ink");
    const heading = { ...layout.title, x: 0, xref: "container", pad: { l: 16, t: 16 }, y: 1, yref: "container", yanchor: "top", font: { size: 18, color: ink } };
    heading.subtitle = { ...layout.title.subtitle, font: { size: 13 } };
    figure.layout = { ...layout, title: heading, paper_bgcolor: "#ffffff", height: layout.height + 100, margin: { ...layout.margin, t: layout.margin.t + 76, r: layout.margin.r + 16, l: layout.margin.l + 16, b: layout.margin.b + 16 } };
    return figure;
  }

  async function download(plot, format) {
    const figure = picture(plot);
    const options = { format, width: 900, height: figure.layout.height, scale: format === "png" ? 2 : 1 };
    const link = document.createElement("a");
    link.href = await Plotly.toImage({ data: figure.data, layout: figure.layout, config }, options);
    link.download = `${plot.dataset.chart.replace(/-figure$/, "")}.${format}`;
    link.click();
  }

  const plots = [...document.querySelectorAll("[data-chart]")];
  if (!window.Plotly) {
    document.querySelectorAll("[data-chart-failed]").forEach((note) => { note.hidden = false; });
    return;
  }
  const redraw = (all) => plots.forEach((plot) => {
    if (plot.classList.contains("drawn") && (all || Number(plot.dataset.width) !== plot.clientWidth) && plot.clientWidth) draw(plot);
  });
  const inView = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    inView.unobserve(entry.target);
    draw(entry.target);
  }), { rootMargin: "300px" });
  plots.forEach((plot) => {
    inView.observe(plot);
    plot.closest("figure").querySelectorAll("[data-download]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => download(plot, button.dataset.download));
    });
  });
  let waiting = 0;
  addEventListener("resize", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(() => redraw(false)); });
  document.addEventListener("themechange", () => redraw(true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw(true));
})();
