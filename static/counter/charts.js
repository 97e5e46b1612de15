/* Charts that can be read without colour: each series has its own line and sign, the numbers stand
   in the table beside. The data lie in the page; nothing is fetched. */
(() => {
  const signs = ["circle", "rect", "triangle", "diamond"];
  const strokes = ["solid", "dashed", "dotted"];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const option = (data) => ({
    aria: { enabled: true, label: { description: data.title }, decal: { show: true } },
    animation: false,
    textStyle: { fontFamily: "inherit" },
    color: [colour("--bs-primary") || "#1f5fa8", "#b4540a", "#2f7d32", "#7a3e9d"],
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 4, textStyle: { color: colour("--bs-body-color") } },
    tooltip: { trigger: "axis", transitionDuration: 0 },
    xAxis: { type: "category", data: data.x, axisLabel: { color: colour("--bs-body-color") } },
    yAxis: { type: "value", axisLabel: { color: colour("--bs-body-color") } },
    series: data.series.map((one, place) => ({
      name: one.name,
      type: data.kind,
      data: one.values.map((value) => (value === null ? null : Number(value))),
      symbol: signs[place % signs.length],
      showSymbol: one.values.length < 40,
      lineStyle: { type: strokes[place % strokes.length], width: 2 },
    })),
  });

  const draw = (figure) => {
    const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const room = figure.querySelector("[data-chart-room]");
    const chart = window.echarts.init(room, null, { renderer: "svg" });
    chart.setOption(option(data));
    window.addEventListener("resize", () => chart.resize());
    new MutationObserver(() => chart.setOption(option(data))).observe(document.documentElement, {
      attributeFilter: ["data-bs-theme"],
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  });
})();
