// Anban's own behaviour. Every page works without it.
"use strict";
(() => {
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  // Keyboard: / searches, g and a letter goes, j and k move in lists, ? shows all.
  let waitingForLetter = 0;
  let picked = -1;

  function pick(step) {
    const rows = all("main [data-row]");
    if (!rows.length) return;
    picked = Math.max(0, Math.min(rows.length - 1, picked + step));
    all(".picked").forEach((row) => row.classList.remove("picked"));
    const row = rows[picked].closest("tr, .row, .claim, li.named") || rows[picked];
    row.classList.add("picked");
    rows[picked].focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog && dialog.showModal && !dialog.open) dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      all("details.menu[open]").forEach((menu) => { menu.open = false; });
      if (typing(event.target)) event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    if (Date.now() < waitingForLetter) {
      waitingForLetter = 0;
      const link = one(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "/") {
      const box = one("[data-search]");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (event.key === "g") waitingForLetter = Date.now() + 1500;
    else if (event.key === "j") pick(1);
    else if (event.key === "k") pick(-1);
    else if (event.key === "?") openDialog("keys");
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) openDialog(opener.dataset.open);
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // Appearance: at once, and kept by the server in a cookie.
  function showPressed() {
    all("[data-preferences] button[name]").forEach((button) => {
      button.setAttribute("aria-pressed", String(root.dataset[button.name] === button.value));
    });
  }
  all("[data-preferences]").forEach((form) => {
    showPressed();
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!button || !button.name) return;
      event.preventDefault();
      root.dataset[button.name] = button.value;
      showPressed();
      const body = new URLSearchParams(new FormData(form));
      body.set(button.name, button.value);
      fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } }).catch(() => {});
    });
  });

  // Live progress: fetches the fragment again while it says where from.
  async function fragment(href) {
    const answer = await fetch(href, { headers: { "anban-fragment": "true" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  }
  function poll(element, pause) {
    setTimeout(async () => {
      const place = element.parentElement;
      if (!place) return;
      try {
        const before = element.dataset.poll;
        place.innerHTML = await fragment(before);
        const next = one("[data-poll]", place);
        if (next) poll(next, 1000);
        else location.reload();
      } catch {
        poll(element, Math.min(pause * 2, 15000));
      }
    }, pause);
  }
  all("[data-poll]").forEach((element) => poll(element, 1000));

  // What happens meanwhile stands on top of the feed. The browser itself goes on where it was cut off.
  all("[data-stream]").forEach((list) => {
    if (!window.EventSource) return;
    const source = new EventSource(list.dataset.stream);
    source.addEventListener("card", (event) => {
      list.insertAdjacentHTML("afterbegin", event.data);
      while (list.children.length > 50) list.lastElementChild.remove();
      const none = list.parentElement.querySelector("p.none");
      if (none) none.remove();
    });
    source.addEventListener("reload", () => location.reload());
    addEventListener("pagehide", () => source.close());
  });

  // Lists: results follow the filters; the address follows too, so a view can be kept or sent.
  all("[data-filters]").forEach((form) => {
    const place = one(form.dataset.filters);
    if (!place) return;
    let timer = 0;
    let turn = 0;
    async function refresh() {
      const mine = ++turn;
      const fields = [...new FormData(form)].filter(([, value]) => value !== "");
      const href = `${form.getAttribute("action")}?${new URLSearchParams(fields)}`;
      place.classList.add("busy");
      place.setAttribute("aria-busy", "true");
      try {
        const html = await fragment(href);
        if (mine !== turn) return;
        place.innerHTML = html;
        picked = -1;
        history.replaceState(null, "", href);
        all("[data-follows]").forEach((link) => { link.search = new URLSearchParams(fields); });
      } catch {
        if (mine === turn) form.submit();
      } finally {
        if (mine === turn) { place.classList.remove("busy"); place.removeAttribute("aria-busy"); }
      }
    }
    form.addEventListener("input", (event) => {
      clearTimeout(timer);
      timer = setTimeout(refresh, event.target.type === "search" && !event.isComposing ? 220 : 0);
    });
  });

  // «Older»: the next rows take the button's place.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-more]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const holder = link.closest("li") || link;
    holder.classList.add("busy");
    try { holder.outerHTML = await fragment(link.href); } catch { location.href = link.href; }
  });

  // Files may be dropped.
  all("[data-drop]").forEach((zone) => {
    const input = one("input[type=file]", zone);
    for (const kind of ["dragover", "dragleave", "drop"]) {
      zone.addEventListener(kind, (event) => {
        event.preventDefault();
        zone.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
      });
    }
  });

  // A row of tabs wider than the screen shows the one that is open.
  all(".tabs [aria-current], .pills [aria-current]").forEach((tab) => {
    const bar = tab.parentElement;
    const left = tab.getBoundingClientRect().left - bar.getBoundingClientRect().left;
    bar.scrollLeft += left - (bar.clientWidth - tab.offsetWidth) / 2;
  });

  const faults = one("[data-focus]");
  if (faults) faults.focus();
})();
