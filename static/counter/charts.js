/* Charts that can be read without colour: each series has its own line and sign, the numbers stand
   in the table beside. The data lie in the page; nothing is fetched. */
(() => {
  const signs = ["circle", "rect", "triangle", "diamond"];
  const strokes = ["solid", "dashed", "dotted"];

  const option = (data, ink) => ({
    aria: { enabled: true, label: { description: data.title }, decal: { show: true } },
    animation: false,
    textStyle: { fontFamily: "sans-serif", color: ink },
    color: ["#3b7dd8", "#d97706", "#3f9142", "#9a5bc2"],
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 4, textStyle: { color: ink } },
    tooltip: { trigger: "axis", transitionDuration: 0 },
    xAxis: { type: "category", data: data.x, axisLabel: { color: ink } },
    yAxis: { type: "value", axisLabel: { color: ink } },
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
    const paint = () => chart.setOption(option(data, getComputedStyle(figure).color));
    paint();
    window.addEventListener("resize", () => chart.resize());
    new MutationObserver(paint).observe(document.documentElement, {
      attributeFilter: ["data-bs-theme"],
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  });
})();
