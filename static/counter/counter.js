/* The counter's keyboard, drafts that survive a sign-out, and forms that are sent once. */
(() => {
  "use strict";
  const body = document.body;
  const drafts = window.sessionStorage;
  const user = body.dataset.user || "";
  const SIGNED_OUT = "signed-out";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const first = (selector, root = document) => root.querySelector(selector);
  const say = (text) => { const line = first("#said"); if (line) line.textContent = text; };
  const draftKey = (name) => `draft:${user}:${name}`;

  /* Drafts: kept while somebody types, given back only after a sign-out, never to another person. */
  const keepDraft = (form) => {
    const typed = {};
    for (const [name, value] of new FormData(form)) {
      // A file stays out: it is on the server already, found again by the form's token.
      if (name !== "csrfmiddlewaretoken" && typeof value === "string") typed[name] = value;
    }
    drafts.setItem(draftKey(form.dataset.business), JSON.stringify(typed));
  };
  const giveBack = (form) => {
    const text = drafts.getItem(draftKey(form.dataset.business));
    if (!text || drafts.getItem(SIGNED_OUT) !== "yes") return;
    for (const [name, value] of Object.entries(JSON.parse(text))) {
      const field = form.elements.namedItem(name);
      if (field && "value" in field) field.value = value;
    }
    say(first("#said").dataset.restored);
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = first("#said").dataset.restored;
    form.before(note);
  };
  const forgetDrafts = () => Object.keys(drafts).filter((key) => key.startsWith("draft:"))
    .forEach((key) => drafts.removeItem(key));

  const form = first("form[data-business]");
  if (form) {
    giveBack(form);
    drafts.removeItem(SIGNED_OUT);
    form.addEventListener("input", () => keepDraft(form));
    form.addEventListener("submit", () => keepDraft(form));
  } else if (first("[data-signed-out]")) {
    drafts.setItem(SIGNED_OUT, "yes");
  } else if (user) {
    const done = first("[data-done]");
    if (done) drafts.removeItem(draftKey(done.dataset.done));
    if (!first("[name=token]")) drafts.removeItem(SIGNED_OUT);
  }
  all("form[data-forgets]").forEach((one) => one.addEventListener("submit", forgetDrafts));

  /* Idle: the session ends on this side too, so that nobody reads a page left open. */
  if (user) {
    const idle = Number(body.dataset.idle) * 1000;
    let touched = Date.now();
    let told = Date.now();
    const touch = () => {
      touched = Date.now();
      if (touched - told < Math.min(240000, idle / 3)) return;
      told = touched;
      window.fetch(body.dataset.stillHere, { credentials: "same-origin" }).catch(() => {});
    };
    ["keydown", "pointerdown", "input"].forEach((kind) => document.addEventListener(kind, touch));
    window.setInterval(() => {
      if (Date.now() - touched <= idle) return;
      if (form) keepDraft(form);
      drafts.setItem(SIGNED_OUT, "yes");
      const out = first("form[action$='/sign-out/']");
      const back = form ? form.ownerDocument.location.pathname : window.location.pathname;
      const fields = out && new FormData(out);
      const leave = () => {
        window.location.assign(`${body.dataset.signIn}?next=${encodeURIComponent(back)}`);
      };
      if (fields) window.fetch(out.action, { method: "POST", body: fields }).then(leave, leave);
      else leave();
      touched = Date.now() + 86400000;
    }, Math.min(5000, idle / 4));
  }

  /* Once: a second click on a form that books does nothing; the server counts once anyway. */
  all("form[data-once]").forEach((one) => {
    one.addEventListener("submit", (event) => {
      if (one.dataset.sent) { event.preventDefault(); return; }
      one.dataset.sent = "yes";
      all("button", one).forEach((button) => button.setAttribute("aria-disabled", "true"));
    });
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((one) => {
    delete one.dataset.sent;
    all("button", one).forEach((button) => button.removeAttribute("aria-disabled"));
  }));

  /* A file that takes a while: a bar goes until the answer has set the cookie with our token. */
  all("form[data-download]").forEach((one) => one.addEventListener("submit", () => {
    const bar = first("progress", one);
    const token = `${Date.now()}-${Math.floor(Math.random() * 1e6)}`;
    const field = first("[name=token]", one);
    if (!bar || !field) return;
    field.value = token;
    bar.hidden = false;
    const until = Date.now() + 120000;
    const look = window.setInterval(() => {
      if (!document.cookie.includes(`downloaded=${token}`) && Date.now() < until) return;
      bar.hidden = true;
      window.clearInterval(look);
    }, 250);
  }));

  /* Focus: the first wrong field or the verdict, the amount, or the search box after a receipt. */
  const wrong = first("[aria-invalid=true]") || first("[data-focus]");
  if (wrong) wrong.focus();
  else if (first("[data-search-focus]")) first("[data-find]")?.focus();
  else if (form) {
    const start = first("[data-first]", form) || first("input:not([type=hidden]), select", form);
    if (start) { start.focus(); if (start.select) start.select(); }
  }

  /* Fields that only some choices ask for: by the ground of a withdrawal, or the kind of a record. */
  const chooser = first("[name=ground], [name=kind]");
  if (chooser && first("[data-only-for]")) {
    const choose = () => all("[data-only-for]").forEach((row) => {
      row.hidden = !row.dataset.onlyFor.split(" ").includes(chooser.value);
    });
    chooser.addEventListener("change", choose);
    choose();
  }

  /* Capital numerals while an amount is typed. */
  const capital = first("[data-capital]");
  const amount = first("[name=amount]");
  if (capital && amount) {
    const digits = "零壹贰叁肆伍陆柒捌玖";
    const group = (text) => {
      const units = ["仟", "佰", "拾", ""];
      let said = "";
      let zero = false;
      [...text.padStart(4, "0")].forEach((digit, place) => {
        if (digit === "0") { zero = said !== ""; return; }
        said += (zero ? "零" : "") + digits[digit] + units[place];
        zero = false;
      });
      return said;
    };
    const capitals = (text) => {
      if (!/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$/.test(text)) return "";
      const [whole, rest = ""] = text.split(".");
      const padded = whole.padStart(12, "0");
      let said = "";
      ["亿", "万", "元"].forEach((unit, place) => {
        const part = padded.slice(place * 4, place * 4 + 4);
        if (Number(part) === 0) { if (unit === "元" && said) said += "元"; return; }
        const small = said && (part[0] === "0" || Number(padded.slice(place * 4 - 4, place * 4)) === 0);
        said += (small ? "零" : "") + group(part) + unit;
      });
      const [jiao, fen] = [...rest.padEnd(2, "0")];
      if (jiao === "0" && fen === "0") return `人民币${said || "零元"}整`;
      if (jiao !== "0") said += `${digits[jiao]}角`;
      else if (said) said += "零";
      return `人民币${said}${fen === "0" ? "整" : `${digits[fen]}分`}`;
    };
    const show = () => { capital.textContent = capitals(amount.value.replaceAll(",", "")); };
    amount.addEventListener("input", show);
    show();
  }

  /* The keyboard. */
  const press = (element) => { if (element) { element.focus(); element.click(); } };
  const toSearch = () => {
    const find = first("[data-find]");
    if (!find) return false;
    find.focus();
    find.select();
    return true;
  };
  const isField = (element) => element && element.matches("input, select, textarea");
  const submitForm = (from) => {
    const near = from && from.closest("form");
    const button = (near && first("[data-submit]", near)) || first("[data-submit]");
    if (button) button.form.requestSubmit(button);
  };
  const move = (from, form_) => {
    const fields = all("input:not([type=hidden]), select, textarea", form_)
      .filter((field) => !field.disabled && !field.closest("[hidden]"));
    const next = fields[fields.indexOf(from) + 1];
    if (!next) { first("[data-submit]", form_)?.focus(); return; }
    next.focus();
    if (next.select) next.select();
  };
  const rows = () => all("[data-rows] a");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || first("dialog[open]")) return;
    const target = event.target;
    if (event.key === "F3" || (event.key === "/" && !isField(target))) {
      if (toSearch()) event.preventDefault();
      return;
    }
    if (event.altKey && !event.ctrlKey && /^Key[A-Z]$/.test(event.code)) {
      const link = first(`[data-key="${event.code.slice(3).toLowerCase()}"]`);
      if (link) { event.preventDefault(); press(link); }
      return;
    }
    if (event.altKey && !event.ctrlKey && /^Digit[0-9]$/.test(event.code)) {
      const key = `${event.shiftKey ? "s" : ""}${event.code.slice(5)}`;
      const business = first(`[data-key="${key}"]`);
      if (business) { event.preventDefault(); press(business); }
      return;
    }
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      submitForm(target);
      return;
    }
    if (event.key === "Escape") {
      const open = first("details.who[open]");
      const leave = first("[data-escape]");
      const home = first("[data-escape-to]");
      if (open) open.open = false;
      else if (leave) { event.preventDefault(); press(leave); }
      else if (home) window.location.assign(home.dataset.escapeTo);
      return;
    }
    if (event.key === "Enter" && target.matches("[data-business] input, [data-business] select")) {
      event.preventDefault();
      move(target, target.form);
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const list = rows();
      const here = list.indexOf(target);
      if (!list.length || (here < 0 && !target.matches("[data-find]"))) return;
      event.preventDefault();
      const to = here + (event.key === "ArrowDown" ? 1 : -1);
      if (to < 0) first("[data-find]").focus();
      else list[Math.min(to, list.length - 1)].focus();
    }
  });

  /* On the desk the list grows while one types; Enter opens what was found alone, else goes to
     the first of several. */
  const go = first("[data-go]");
  if (go) {
    let entered = false;
    go.form.addEventListener("htmx:configRequest", (event) => {
      const by = event.detail.triggeringEvent;
      entered = Boolean(by && by.type === "submit");
      if (entered) event.detail.parameters.go = "1";
    });
    document.addEventListener("htmx:afterSettle", () => {
      // Other lists stand on the desk too; where nobody was found, one goes on typing.
      if (entered) first("#found [data-rows] a")?.focus();
      entered = false;
    });
  }
  all("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));
  all("[data-theme-toggle]").forEach((one) => one.addEventListener("click", () => {
    const root = document.documentElement;
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    window.localStorage.setItem("theme", theme);
  }));
  document.addEventListener("click", (event) => {
    const open = first("details.who[open]");
    if (open && !open.contains(event.target)) open.open = false;
  });
})();
