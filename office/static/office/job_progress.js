// Moves the progress bars of running jobs; reloads the page once when the last one has ended.
"use strict";

(() => {
  const every = 2000;

  async function ask(bar) {
    const answer = await fetch(bar.dataset.job, { headers: { Accept: "application/json" } });
    if (!answer.ok) return true;
    const job = await answer.json();
    if (job.percent !== null) bar.value = job.percent;
    const figures = bar.nextElementSibling;
    if (figures) figures.textContent = `${job.done + job.failed} / ${job.total || "–"}`;
    return job.is_over;
  }

  async function round(bars) {
    const over = await Promise.all(bars.map((bar) => ask(bar).catch(() => false)));
    const left = bars.filter((_, place) => !over[place]);
    if (left.length > 0) {
      setTimeout(round, every, left);
    } else {
      window.location.reload();
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const bars = [...document.querySelectorAll("progress[data-job]")].filter((b) => b.dataset.job);
    if (bars.length > 0) setTimeout(round, every, bars);
  });
})();
