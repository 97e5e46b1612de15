/* Papers: each file goes up as soon as it is chosen, and is looked at beside the form. */
(() => {
  "use strict";
  const first = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (text) => { const line = first("#said"); if (line) line.textContent = text; };
  const list = () => first("[data-papers]");
  const csrf = () => first("[name=csrfmiddlewaretoken]").value;
  const choose = () => first("[name=ground], [name=kind]")?.dispatchEvent(new Event("change"));

  /* The form may have got its token back after a sign-out; the papers follow the token. */
  const address = () => {
    const token = first("#business [name=token]")?.value;
    return token ? list().dataset.papers.replace(/[0-9a-f-]{36}\/$/, `${token}/`) : list().dataset.papers;
  };
  const show = (text, focus) => {
    if (!text.includes("data-papers")) { window.location.reload(); return; }
    list().outerHTML = text;
    choose();
    const problem = first("[data-papers] .error");
    if (problem) problem.focus();
    else if (focus) document.getElementById(focus)?.focus();
    say(problem ? problem.textContent : first("[data-papers] h2").textContent);
  };
  const send = (fields, bar) => new Promise((resolve, reject) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", csrf());
    for (const [name, value] of fields) body.append(name, value);
    const request = new XMLHttpRequest();
    request.open("POST", address());
    request.upload.addEventListener("progress", (event) => {
      if (bar && event.lengthComputable) { bar.max = event.total; bar.value = event.loaded; }
    });
    request.addEventListener("load", () => resolve(request.responseText));
    request.addEventListener("error", reject);
    request.send(body);
  });
  const lost = () => {
    const line = document.createElement("p");
    line.className = "error";
    line.setAttribute("role", "alert");
    line.textContent = `✗ ${list().dataset.lost}`;
    first("h2", list()).after(line);
  };

  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!input.matches("[data-papers] input[type=file]") || !input.files.length) return;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", list().dataset.uploading);
    input.parentElement.append(bar);
    say(list().dataset.uploading);
    let answer = "";
    try {
      for (const file of input.files) {
        answer = await send([[input.name, file]], bar);
        if (answer.includes('class="error"')) break;
      }
      show(answer, input.id);
    } catch {
      bar.remove();
      lost();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-papers] [name=remove_paper]");
    if (!button) return;
    event.preventDefault();
    const input = first("input", button.closest("li"));
    send([["remove_paper", button.value]]).then((text) => show(text, input && input.id), lost);
  });
  if (list() && address() !== list().dataset.papers) {
    window.fetch(address(), { credentials: "same-origin" }).then((answer) => answer.text())
      .then((text) => show(text)).catch(() => {});
  }

  /* The viewer: beside the page, so that one types what one reads. */
  const viewer = first("[data-viewer]");
  if (!viewer) return;
  const picture = first("[data-picture]", viewer);
  const stage = first("[data-stage]", viewer);
  const links = () => all("a[data-view]");
  let place = 0;
  let zoom = 1;
  let turned = 0;
  let from = null;

  const draw = () => {
    const sideways = turned % 180 !== 0;
    const fit = Math.min(
      stage.clientWidth / (sideways ? picture.naturalHeight : picture.naturalWidth),
      stage.clientHeight / (sideways ? picture.naturalWidth : picture.naturalHeight),
    ) || 1;
    const width = picture.naturalWidth * fit * zoom;
    const height = picture.naturalHeight * fit * zoom;
    const shift = sideways ? (height - width) / 2 : 0;
    picture.style.width = `${width}px`;
    picture.style.height = `${height}px`;
    picture.style.transform = `translate(${shift}px, ${-shift}px) rotate(${turned}deg)`;
  };
  const open = (to) => {
    const found = links();
    if (!found.length) return;
    place = (to + found.length) % found.length;
    zoom = 1;
    turned = 0;
    const small = first("img", found[place]);
    first("[data-title]", viewer).textContent = small ? small.alt : "";
    first("[data-place]", viewer).textContent = `${place + 1} / ${found.length}`;
    picture.alt = small ? small.alt : "";
    if (picture.src !== found[place].href) picture.src = found[place].href;
    if (viewer.hidden) {
      from = document.activeElement;
      viewer.hidden = false;
      document.body.classList.add("viewing");
    }
    if (picture.complete) draw();
  };
  const close = () => {
    viewer.hidden = true;
    document.body.classList.remove("viewing");
    if (from && from.isConnected) from.focus();
  };
  const deeds = {
    larger: () => { zoom = Math.min(8, zoom * 1.25); draw(); },
    smaller: () => { zoom = Math.max(0.5, zoom / 1.25); draw(); },
    fit: () => { zoom = 1; draw(); },
    turn: () => { turned = (turned + 90) % 360; draw(); },
    back: () => open(place - 1),
    next: () => open(place + 1),
    close,
  };
  const keys = {
    "+": "larger", "=": "larger", "-": "smaller", 0: "fit", r: "turn", R: "turn",
    PageUp: "back", PageDown: "next",
  };
  picture.addEventListener("load", draw);
  window.addEventListener("resize", () => { if (!viewer.hidden) draw(); });
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) deeds[button.dataset.do]();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(links().indexOf(link));
    stage.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "F8") {
      event.preventDefault();
      if (viewer.hidden) open(0); else close();
      return;
    }
    if (viewer.hidden) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
      return;
    }
    const typing = event.target.matches("input, select, textarea");
    const deed = keys[event.key];
    if (!deed || (typing && !event.key.startsWith("Page"))) return;
    event.preventDefault();
    event.stopPropagation();
    deeds[deed]();
  }, true);
})();
