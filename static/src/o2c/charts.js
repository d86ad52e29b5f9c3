/* Draws pictures: numbers and words come with the page, ECharts is loaded when a picture comes into view. */
(() => {
  "use strict";
  const root = document.documentElement;
  const forced = window.matchMedia("(forced-colors: active)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const charts = new Map();
  let library;

  function load(source) {
    library ??= new Promise((done, fail) => {
      if (window.echarts) { done(window.echarts); return; }
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => done(window.echarts);
      script.onerror = fail;
      document.head.append(script);
    });
    return library;
  }

  /* --- colours, words -------------------------------------------------------------------------- */
  function palette() {
    const style = getComputedStyle(root);
    const system = { text: "CanvasText", muted: "CanvasText", line: "GrayText", edge: "CanvasText", surface: "Canvas", raised: "Canvas" };
    const token = (name) => (forced.matches && system[name]) || style.getPropertyValue(`--o2c-${name}`).trim();
    return {
      text: token("text"), muted: token("muted"), line: token("line"), ground: token("surface"), raised: token("raised"), edge: token("edge") || token("line"),
      mark: (family) => token(`${family}-mark`), tint: (family) => token(`${family}-tint`),
    };
  }
  const font = () => getComputedStyle(root).getPropertyValue("--o2c-font").trim() || "sans-serif";
  const isStrong = () => forced.matches || root.dataset.contrast === "more";
  const short = new Intl.NumberFormat(root.lang || "en", { notation: "compact", maximumSignificantDigits: 3 });
  const plain = new Intl.NumberFormat(root.lang || "en", { maximumFractionDigits: 1 });
  function brief(data, value) {
    if (value === null || value === undefined || Number.isNaN(value)) return "";
    return (data.unit === "money" || data.unit === "count" ? short : plain).format(value).replace("-", "−");
  }
  const hatch = (colour) => ({ symbol: "rect", symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: -Math.PI / 4, color: colour });

  /* --- the parts of a chart -------------------------------------------------------------------- */
  function itemStyle(data, row, index, look) {
    const family = row.families[index] || row.family;
    const style = { color: look.mark(family), borderRadius: data.layout === "rows" ? [0, 3, 3, 0] : [3, 3, 0, 0] };
    if (row.stack) Object.assign(style, { borderRadius: 0, borderColor: look.ground, borderWidth: 1 });
    if (row.hatched) Object.assign(style, { color: look.tint(family), borderColor: look.mark(family), borderWidth: 1, decal: hatch(look.mark(family)) });
    return style;
  }
  function bar(data, row, look) {
    return {
      type: "bar", name: row.label, stack: row.stack || undefined, barMaxWidth: data.layout === "rows" ? 18 : 44, barGap: "12%", barCategoryGap: data.layout === "rows" ? "38%" : "32%",
      data: row.values.map((value, index) => ({ value: value || (row.labels.length ? value : null), itemStyle: itemStyle(data, row, index, look), cursor: row.urls[index] ? "pointer" : "default" })),
      label: {
        show: row.labelled, position: data.layout === "rows" ? "right" : "top", color: look.text, fontFamily: font(), fontSize: 12, fontWeight: 500, distance: 5,
        formatter: (point) => row.labels[point.dataIndex] || (data.layout === "rows" ? row.texts[point.dataIndex] : point.value ? brief(data, point.value) : ""),
      },
      labelLayout: data.layout === "rows" ? undefined : { hideOverlap: true },
      emphasis: { focus: "none", itemStyle: { opacity: 0.86 } },
    };
  }
  function line(data, row, look) {
    const colour = look.mark(row.family);
    const last = row.values.reduce((found, value, index) => (value === null ? found : index), -1);
    return {
      type: "line", name: row.label, symbol: "circle", symbolSize: (value, point) => (point.dataIndex === last ? 8 : 5), showSymbol: row.values.length < 20, connectNulls: false, z: 5,
      lineStyle: { color: colour, width: 2, type: row.hatched ? "dashed" : "solid" }, itemStyle: { color: colour, borderColor: look.ground, borderWidth: 1.5 },
      data: row.values.map((value, index) => ({ value, cursor: row.urls[index] ? "pointer" : "default" })),
      endLabel: { show: row.labelled, color: look.text, fontFamily: font(), fontSize: 12, fontWeight: 500, distance: 8, formatter: (point) => brief(data, point.value) },
      emphasis: { focus: "none" },
    };
  }
  function axes(data, look, across) {
    const words = { color: look.muted, fontFamily: font(), fontSize: 12, hideOverlap: true };
    const category = {
      type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: look.edge || look.line } }, boundaryGap: data.layout !== "lines",
      axisLabel: { ...words, hideOverlap: data.categories.length > 9, interval: data.categories.length > 9 && data.layout !== "rows" ? "auto" : 0, width: data.layout === "rows" ? Math.min(190, across * 0.45) : data.categories.length > 9 ? undefined : Math.max(across / data.categories.length - 2, 28), fontSize: across / data.categories.length < 64 && data.layout !== "rows" ? 11 : 12, overflow: data.layout === "rows" ? "truncate" : "break", lineHeight: 14, margin: 10, color: data.layout === "rows" ? look.text : look.muted },
    };
    const value = {
      type: "value", splitNumber: 3, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: look.line } }, scale: data.layout === "lines", max: data.unit === "percent" ? 100 : undefined, interval: data.unit === "percent" ? 50 : undefined,
      axisLabel: { ...words, formatter: (number) => brief(data, number) },
    };
    if (data.layout === "rows") {
      return { yAxis: { ...category, inverse: true, axisLine: { show: false } }, xAxis: { ...value, axisLabel: { show: false }, splitLine: { show: false } } };
    }
    return { xAxis: category, yAxis: value };
  }
  /* Built of elements, not of text: a style in text would be refused by the content security policy. */
  function tip(data, look) {
    return (points) => {
      const list = Array.isArray(points) ? points : [points];
      const box = document.createElement("div");
      box.className = "o2c-chart-tip";
      const head = document.createElement("strong");
      head.textContent = data.categories[list[0].dataIndex];
      box.append(head);
      for (const point of list) {
        const row = data.series[point.seriesIndex];
        if (row.values[point.dataIndex] === null) continue;
        const words = document.createElement("div");
        const dot = document.createElement("i");
        dot.style.background = look.mark(row.families[point.dataIndex] || row.family);
        const label = document.createElement("span");
        label.textContent = row.label;
        const figure = document.createElement("b");
        figure.textContent = row.texts[point.dataIndex];
        words.append(dot, label, figure);
        box.append(words);
      }
      return box;
    };
  }
  function option(data, box) {
    const look = palette();
    const series = data.series.map((row) => (row.line || data.layout === "lines" ? line(data, row, look) : bar(data, row, look)));
    /* A few rows stay together at the top instead of spreading over the box. */
    const rest = data.layout === "rows" ? Math.max(2, box.clientHeight - 18 - data.categories.length * 40) : 2;
    const room = data.layout === "rows" ? 112 : data.layout === "lines" ? 44 : 12;
    return {
      animation: !calm.matches, animationDuration: 320, textStyle: { fontFamily: font(), color: look.text },
      aria: { enabled: true, label: { description: data.description }, decal: { show: isStrong() && data.series.length > 1 } },
      grid: { left: 2, right: room, top: data.layout === "rows" ? 2 : 18, bottom: rest, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        trigger: "axis", confine: true, transitionDuration: 0, backgroundColor: look.raised, borderColor: look.edge || look.line, borderWidth: 1, padding: 10, extraCssText: "border-radius:8px;box-shadow:var(--o2c-shadow-high)",
        textStyle: { color: look.text, fontFamily: font(), fontSize: 13 }, axisPointer: { type: data.layout === "lines" ? "line" : "shadow", shadowStyle: { color: look.text, opacity: 0.05 }, lineStyle: { color: look.muted } }, formatter: tip(data, look),
      },
      ...axes(data, look, box.clientWidth - 44), series,
    };
  }

  /* --- drawing --------------------------------------------------------------------------------- */
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) if (target.clientWidth) charts.get(target)?.chart.resize();
  });
  function draw(box, echarts) {
    if (!box.isConnected || charts.has(box)) return;
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption(option(data, box));
    chart.on("click", (point) => {
      const url = data.series[point.seriesIndex]?.urls[point.dataIndex];
      if (url) location.assign(url);
    });
    charts.set(box, { chart, data });
    box.classList.add("is-drawn");
    resized.observe(box);
  }
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      load(target.dataset.library).then((echarts) => draw(target, echarts)).catch(() => target.closest(".o2c-picture").classList.add("is-failed"));
    }
  }, { rootMargin: "160px" });
  function look() {
    for (const [box, { chart }] of charts) {
      if (box.isConnected) continue;
      chart.dispose();
      resized.unobserve(box);
      charts.delete(box);
    }
    for (const box of $$("[data-chart]")) if (!charts.has(box)) seen.observe(box);
  }
  function again() {
    for (const [box, { chart, data }] of charts) chart.setOption(option(data, box), { notMerge: true });
  }
  new MutationObserver(again).observe(root, { attributes: true, attributeFilter: ["data-bs-theme", "data-contrast"] });
  forced.addEventListener("change", again);
  calm.addEventListener("change", again);

  /* --- as a table ------------------------------------------------------------------------------ */
  function turn(picture, isTable) {
    picture.classList.toggle("is-table", isTable);
    const button = picture.querySelector("[data-picture-turn]");
    button?.setAttribute("aria-pressed", String(isTable));
  }
  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-picture-turn]");
    if (one) { const picture = one.closest(".o2c-picture"); turn(picture, !picture.classList.contains("is-table")); return; }
    const every = event.target.closest("[data-pictures-turn]");
    if (!every) return;
    const isTable = every.getAttribute("aria-pressed") !== "true";
    every.setAttribute("aria-pressed", String(isTable));
    for (const picture of $$(".o2c-picture")) turn(picture, isTable);
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  function age() {
    for (const mark of $$("[data-made]")) mark.hidden = Date.now() - Date.parse(mark.dataset.made) < 3_600_000;
  }
  setInterval(age, 60_000);

  document.addEventListener("htmx:after:swap", look);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
  else look();
})();
