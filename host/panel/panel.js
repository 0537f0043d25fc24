// The front panel: keys to the phone, and what the phone says back, over one WebSocket.
"use strict";

const $ = (id) => document.getElementById(id);
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+", "*": "", "#": "" };
const SPOKEN = { "*": "Star", "#": "Pound" };
const HARD = [["options", "Options"], ["services", "Services"], ["directory", "Directory"], ["callers", "Callers"],
  ["redial", "Redial"], ["voicemail", "Messages"], ["xfer", "Xfer"], ["conf", "Conf"], ["goodbye", "Goodbye"]];
const PRESSED = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Enter: "select", Escape: "goodbye",
  Backspace: "left", o: "options", a: "softkey1", b: "softkey2", c: "softkey3", d: "softkey4", e: "softkey5", f: "softkey6",
  g: "topsoftkey1", h: "topsoftkey2", i: "topsoftkey3", j: "topsoftkey4", k: "topsoftkey5", l: "topsoftkey6" };
const SIDES = [["client", "Phone asks"], ["server", "Phone is asked"], ["demo", "Demo server"], ["fault", "Faults"], ["phone", "Phone's log"]];
const MODES = [["none", "Good", "Everything arrives."], ["drop", "Drop", "Each connection is broken off at once."],
  ["silence", "Silence", "Connections open, then nothing comes."], ["truncate", "Cut off", "Each answer ends too early."],
  ["corrupt", "Corrupt", "A byte of each answer changes."]];
const MODULE_ROWS = 10; // keys of an expansion module on each side of its display
const MODULE_KEYS = 2 * MODULE_ROWS; // on a page
const FLASH_MS = 130;
const RETRY_MS = 1500;
const KEPT = 300;

const lcd = new Lcd($("lcd"));
const state = { socket: null, facts: null, faults: null, keys: [], small: false, shown: new Set(["client", "server", "fault"]),
  origins: [], screen: null, ready: false, modules: "", pages: {} };

// -- parts of the page ------------------------------------------------------------------------------------------------

function make(tag, options = {}, ...children) {
  const { data, ...properties } = options;
  const node = Object.assign(document.createElement(tag), properties);
  if (data) Object.assign(node.dataset, data);
  node.append(...children);
  return node;
}

function key(name, label, extra = "", ...inside) {
  const button = make("button", { type: "button", className: "key " + extra, data: { key: name } }, ...inside);
  button.setAttribute("aria-label", label);
  return button;
}

function drawKeys(facts) {
  state.keys = facts.keys;
  state.small = facts.columns <= 16;
  $("phone").classList.toggle("small", state.small);
  $("pad").replaceChildren(...[..."123456789*0#"].map((digit) =>
    key(digit, SPOKEN[digit] || `${digit} ${LETTERS[digit] || ""}`.trim(), "digit",
      make("b", { textContent: digit }), make("small", { textContent: LETTERS[digit] || "" }))));
  $("hard").replaceChildren(...HARD.filter(([name]) => state.keys.includes(name)).map(([name, label]) =>
    key(name, label, "word " + name, make("span", { textContent: label }))));
  const columns = { left: [], right: [] };
  if (state.small) {
    for (let at = 1; at <= 6; at++) columns[at < 4 ? "left" : "right"].push(soft("prgkey" + at, at, "paper"));
    for (const side of ["left", "right"]) columns[side] = [make("div", { className: "group" }, ...columns[side])];
  } else {
    for (const [side, first] of [["left", 1], ["right", 4]]) {
      for (const family of ["topsoftkey", "softkey"]) {
        columns[side].push(make("div", { className: "group" },
          ...[0, 1, 2].map((step) => soft(family + (first + step), first + step, ""))));
      }
    }
  }
  $("soft-left").replaceChildren(...columns.left);
  $("soft-right").replaceChildren(...columns.right);
}

function soft(name, number, extra) {
  const parts = [make("span", { className: "led", data: { led: name } })];
  if (extra) parts.push(make("span", { className: "strip", data: { label: number - 1 } }));
  return key(name, `${name.startsWith("top") ? "Top key" : extra ? "Programmable key" : "Softkey"} ${number}`, "softkey " + extra, ...parts);
}

// Expansion modules: 20 keys beside a display of their own, in three pages that are turned on the module itself.
function drawModules(labels) {
  const numbers = [1, 2, 3].filter((number) => Object.keys(labels).some((name) => name.startsWith("expmod" + number)));
  const changed = state.modules !== numbers.join();
  state.modules = numbers.join();
  document.body.classList.toggle("expanded", numbers.length > 0);
  if (changed) $("modules").replaceChildren(...numbers.map(drawModule));
  for (const number of numbers) labelModule(number, labels);
}

function drawModule(number) {
  const column = (side, first) => make("div", { className: "rail " + side }, ...Array.from({ length: MODULE_ROWS }, (_, row) =>
    key("", "", "softer", make("span", { className: "led", data: { place: first + row } }))));
  const glass = make("div", { className: "paper" }, ...Array.from({ length: MODULE_ROWS }, () =>
    make("p", {}, make("span"), make("span"))));
  glass.setAttribute("aria-hidden", "true"); // each key says its label
  const pages = make("div", { className: "pages" }, ...[0, 1, 2].map((page) => {
    const first = page * MODULE_KEYS + 1;
    const button = make("button", { type: "button", className: "key turn", data: { page } }, make("span", { className: "led" }),
      make("span", { textContent: `${first} \u2013 ${first + MODULE_KEYS - 1}` }));
    button.setAttribute("aria-label", `Keys ${first} to ${first + MODULE_KEYS - 1}`);
    button.addEventListener("click", () => { state.pages[number] = page; show(state.screen); });
    return button;
  }));
  pages.setAttribute("role", "group");
  pages.setAttribute("aria-label", "Pages of the module");
  const module = make("section", { className: "module", data: { module: number } }, make("p", { className: "brand", textContent: `560M \u00b7 ${number}` }),
    make("div", { className: "slots" }, column("left", 1), glass, column("right", 1 + MODULE_ROWS)), pages);
  module.setAttribute("aria-label", `Expansion module ${number}`);
  return module;
}

function labelModule(number, labels) {
  const module = document.querySelector(`[data-module="${number}"]`);
  const page = state.pages[number] || 0;
  const rows = module.querySelectorAll(".paper p");
  module.querySelectorAll(".softer").forEach((button, at) => {
    const place = page * MODULE_KEYS + at + 1;
    const name = `expmod${number} key${place}`;
    const label = labels[name] || "";
    button.dataset.key = name;
    button.classList.toggle("live", Boolean(label));
    button.querySelector(".led").dataset.led = name;
    button.setAttribute("aria-label", `Module ${number} key ${place}${label ? ", " + label : ""}`);
    rows[at % MODULE_ROWS].children[at < MODULE_ROWS ? 0 : 1].textContent = label;
  });
  module.querySelectorAll(".turn").forEach((button, at) => button.setAttribute("aria-pressed", at === page));
}

function lightPages(leds) {
  for (const button of document.querySelectorAll(".turn")) {
    const first = Number(button.dataset.page) * MODULE_KEYS + 1;
    const prefix = `expmod${button.closest(".module").dataset.module} key`;
    const lit = Array.from({ length: MODULE_KEYS }, (_, at) => leds[prefix + (first + at)]).find(Boolean);
    button.querySelector(".led").className = `led ${lit ? lit.split(":")[0] : "off"} ${lit && lit.split(":")[1] || "red"}`;
  }
}

function drawLegend() {
  const rows = [["\u2191 \u2193 \u2190 \u2192", "navigation"], ["Enter", "select"], ["Esc", "goodbye"], ["o", "options"],
    ["a \u2013 f", state.small ? "programmable keys 1 \u2013 6" : "softkeys 1 \u2013 6"], ["0 \u2013 9 * #", "dial pad"]];
  if (!state.small) rows.splice(5, 0, ["g \u2013 l", "top softkeys 1 \u2013 6"]);
  $("legend").replaceChildren(...rows.map(([keys, text]) => make("div", {}, make("dt", {}, make("kbd", { textContent: keys })), make("dd", { textContent: text }))));
}

function drawFacts(facts) {
  state.facts = facts;
  $("what").textContent = facts.title;
  $("model").textContent = facts.model;
  document.title = `${facts.model} \u00b7 Dialtone front panel`;
  const about = $("about");
  about.replaceChildren();
  let term = null;
  for (const [label, text] of facts.about) {
    if (label || !term) about.append((term = make("dt", { textContent: label })));
    const address = text.match(/^https?:\/\/\S+/);
    const link = address && !text.includes(location.port + "/") ? make("a", { href: address[0], target: "_blank", rel: "noreferrer", textContent: address[0] }) : null;
    about.append(link ? make("dd", {}, link, text.slice(address[0].length)) : make("dd", { textContent: text }));
  }
  for (const note of document.querySelectorAll(".cannot")) {
    const why = facts.cannot[note.dataset.part];
    note.hidden = !why;
    note.textContent = why || "";
  }
  const cannot = (part) => part in facts.cannot && facts.absent.includes(part);
  $("network").disabled = cannot("network");
  for (const part of ["clock", "flash", "heap"]) $(part).disabled = cannot(part);
  if (facts.absent.includes("requests") && !state.board) {
    state.board = true;
    state.shown.add("phone");
    drawChips();
  }
  $("restart").hidden = facts.absent.includes("restart");
  $("config-empty").textContent = facts.cannot.origins || "The phone has not told its configuration yet.";
  $("log-empty").textContent = facts.cannot.requests || "Nothing yet. Press a softkey, or open the phone's web page.";
}

// -- the display ------------------------------------------------------------------------------------------------------

function unpack(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function show(screen) {
  state.screen = screen;
  const rows = screen.rows || [];
  const labels = screen.softkeys || [];
  const pixels = screen.pixels ? { ...screen.pixels, bits: unpack(screen.pixels.data) } : null;
  lcd.draw({ rows, softkeys: labels, pixels, columns: state.facts.columns });
  const said = rows.map((row) => row.trim()).filter(Boolean).join(". ");
  const keys = labels.map((label, at) => label && `${at + 1} ${label}`).filter(Boolean).join(", ");
  $("lcd").setAttribute("aria-label", "Display: " + (said || "empty"));
  $("says").textContent = said + (keys ? `. Softkeys: ${keys}` : "");
  const command = rows[2] || "";
  const idle = !/^<|>$/.test(command.trim());
  document.querySelectorAll(".key.softkey").forEach((button) => {
    const number = Number(button.dataset.key.match(/\d+$/)[0]);
    const top = button.dataset.key.startsWith("top");
    const label = (top ? screen.topsoftkeys || [] : labels)[number - 1] || "";
    const strip = button.querySelector(".strip");
    if (strip && idle) strip.textContent = label; // paper: what a script calls its softkeys is not on it
    button.classList.toggle("live", Boolean(label));
    const said = strip ? strip.textContent : label;
    button.setAttribute("aria-label", `${top ? "Top key" : strip ? "Programmable key" : "Softkey"} ${number}${said ? ", " + said : ""}`);
  });
  drawModules(screen.modules || {});
  light({ ...screen.leds, message: screen.messages ? "slowflash" : "off" });
}

function light(leds) {
  lightPages(leds);
  for (const led of document.querySelectorAll(".led[data-led]")) {
    const [how, colour] = (leds[led.dataset.led] || "off").split(":");
    led.className = `led ${how} ${colour || "red"}`;
    led.title = how === "off" ? "" : `LED ${{ on: "on", slowflash: "flashes slowly", fastflash: "flashes fast" }[how] || how}`;
  }
}

// -- keys -------------------------------------------------------------------------------------------------------------

function press(name) {
  if (state.small) name = name.replace(/^softkey/, "prgkey");
  if (!state.keys.includes(name) && !name.startsWith("expmod")) return;
  send({ t: "key", key: name });
  for (const button of document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)) {
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), FLASH_MS);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-key]");
  if (button) press(button.dataset.key);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  if (at.closest("input, select, textarea, [role=tab], summary")) return;
  const name = /^[0-9*#]$/.test(event.key) ? event.key : PRESSED[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!name || (event.key === "Enter" && at.closest("button, a"))) return;
  if (event.key.startsWith("Arrow") && at.closest(".log, .origins")) return;
  event.preventDefault();
  press(name);
});

// -- log --------------------------------------------------------------------------------------------------------------

function drawChips() {
  $("chips").replaceChildren(...SIDES.map(([side, label]) => {
    const box = make("input", { type: "checkbox", checked: state.shown.has(side) });
    box.addEventListener("change", () => {
      box.checked ? state.shown.add(side) : state.shown.delete(side);
      sift();
    });
    return make("label", { className: "chip" }, box, make("span", { textContent: label }));
  }));
}

function sift() {
  let some = false;
  for (const row of $("log").children) {
    row.hidden = !state.shown.has(row.dataset.side);
    some ||= !row.hidden;
  }
  $("log-empty").hidden = some;
}

function logRow(row) {
  const item = make("li", { className: "row from-" + row.side, data: { side: row.side } });
  const arrow = { client: "\u2197", server: "\u2199", demo: "\u2301", fault: "\u26a0", phone: "\u203a" }[row.side];
  const said = { client: "Phone asks", server: "Phone is asked", demo: "Demo server saw", fault: "Fault", phone: "Phone's log" }[row.side];
  const way = make("span", { className: "way", title: said, textContent: arrow });
  way.setAttribute("aria-hidden", "true");
  const [method, target] = row.line ? row.line.split(" ") : ["", row.text || row.peer || ""];
  const first = make("p", { className: "first" }, way, make("span", { className: "hidden", textContent: said + ": " }));
  if (method) first.append(make("b", { textContent: method }), " ");
  first.append(make("span", { className: "target", textContent: target || row.text || "", title: row.side === "client" && row.peer ? `${row.peer}${target}` : target || "" }));
  if (row.side !== "fault" && row.side !== "phone") {
    const good = row.status >= 200 && row.status < 400;
    first.append(make("span", { className: "status " + (good ? "good" : "bad"), textContent: row.status || "failed" }));
  }
  const details = [row.time];
  if (row.line !== undefined) {
    details.push(row.tls ? `${row.tls[0]} \u00b7 ${row.tls[1]}` : row.side === "client" || row.status ? "no TLS" : "TLS not set up");
    if (row.status) details.push(`${row.ms} ms`);
    if (row.peer && (row.side === "server" || !row.line)) details.push(`by ${row.peer}`);
  }
  item.append(first, make("p", { className: "second", textContent: details.join(" \u00b7 ") }));
  if (row.error) item.append(make("p", { className: "error", textContent: row.error }));
  return item;
}

function addRows(rows) {
  const log = $("log");
  for (const row of rows) {
    log.prepend(logRow(row));
    if (row.side === "server" && row.line && row.line.startsWith("POST")) later();
  }
  while (log.children.length > KEPT) log.lastChild.remove();
  sift();
}

$("clear").addEventListener("click", () => { $("log").replaceChildren(); sift(); });

// -- configuration ----------------------------------------------------------------------------------------------------

function drawOrigins({ rows, diagnostics }) {
  state.origins = rows;
  $("config-empty").hidden = rows.length > 0;
  $("config-empty").textContent = "Nothing is set: every parameter has its default.";
  $("wrongs").hidden = !diagnostics.length;
  $("wrongs").replaceChildren(...diagnostics.map(([file, line, column, reason, nearest]) =>
    make("li", {}, make("b", { textContent: `${file} line ${line}` }), ` ${reason}`, nearest ? ` Did you mean ${nearest}?` : "")));
  $("origins").replaceChildren(...rows.map(([name, layers]) => {
    const wins = layers.find((layer) => layer[4]) || layers[0];
    const others = layers.filter((layer) => layer !== wins && layer[1] !== "");
    const item = make("li", { data: { text: `${name} ${layers.map((layer) => layer.join(" ")).join(" ")}`.toLowerCase() } },
      make("p", { className: "first" }, make("span", { className: "name", textContent: name }),
        make("code", { textContent: wins[1] === "" ? "(empty)" : wins[1] })),
      make("p", { className: "second" }, make("span", { className: "origin", textContent: wins[3] }),
        layers.some((layer) => layer[2]) ? make("span", { className: "lock", textContent: "locked" }) : "",
        others.length !== 1 ? "" : others[0][1] === wins[1] ? make("span", {}, `the same as ${others[0][3]}`) :
          make("span", {}, "instead of ", make("code", { textContent: others[0][1] }), ` (${others[0][3]})`)));
    if (others.length > 1) {
      item.append(make("details", {}, make("summary", { textContent: `instead of ${others.length} others` }),
        make("ul", {}, ...others.map((layer) => make("li", {}, make("s", { textContent: layer[1] }), ` ${layer[3]}${layer[2] ? ", locked" : ""}`)))));
    }
    return item;
  }));
  find();
}

function find() {
  const wanted = $("find").value.toLowerCase();
  for (const item of $("origins").children) item.hidden = !item.dataset.text.includes(wanted);
}

let timer = 0;
function later() {
  clearTimeout(timer);
  timer = setTimeout(() => !$("view-config").hidden && askOrigins(), 700);
}

const askOrigins = () => state.facts && !state.facts.absent.includes("origins") && send({ t: "origins" });
$("find").addEventListener("input", find);
$("refresh").addEventListener("click", askOrigins);

// -- faults -----------------------------------------------------------------------------------------------------------

function drawModes() {
  $("modes").replaceChildren(...MODES.map(([value, label, text]) =>
    make("label", {}, make("input", { type: "radio", name: "mode", value, checked: value === "none" }),
      make("span", {}, make("b", { textContent: label }), make("small", { textContent: text })))));
}

function drawFaults(faults) {
  state.faults = faults;
  const form = $("faults");
  for (const radio of form.querySelectorAll("[name=mode]")) radio.checked = radio.value === faults.mode;
  if (document.activeElement !== $("delay")) $("delay").value = faults.delay_ms || 0;
  $("delay-out").textContent = faults.delay_ms ? `${faults.delay_ms / 1000} s` : "none";
  $("rate").value = faults.rate_bytes || 0;
  $("clock").value = faults.clock || 0;
  $("flash").checked = Boolean(faults.flash);
  $("heap").checked = Boolean(faults.heap);
  const on = (faults.mode && faults.mode !== "none") + ["delay_ms", "rate_bytes", "clock", "flash", "heap"].filter((name) => faults[name]).length;
  $("fault-count").hidden = !on;
  $("fault-count").textContent = on;
  $("fault-count").title = `${on} on`;
  document.body.classList.toggle("faulty", on > 0);
}

const fault = (name, value) => send({ t: "fault", name, value });

$("faults").addEventListener("input", (event) => {
  const field = event.target;
  if (field.name === "delay_ms") $("delay-out").textContent = Number(field.value) ? `${field.value / 1000} s` : "none";
});
$("faults").addEventListener("change", (event) => {
  const field = event.target;
  if (field.name === "heap") fault("heap", field.checked ? 3072 : 0);
  else if (field.type === "checkbox") fault(field.name, field.checked);
  else fault(field.name, field.name === "mode" ? field.value : Number(field.value));
});
$("faults").addEventListener("reset", (event) => {
  event.preventDefault();
  const faults = state.faults || {};
  if (faults.mode && faults.mode !== "none") fault("mode", "none");
  for (const name of ["delay_ms", "rate_bytes", "clock", "heap"]) if (faults[name]) fault(name, 0);
  if (faults.flash) fault("flash", false);
});

// -- tabs -------------------------------------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll("[role=tab]")];

function choose(tab) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", chosen);
    each.tabIndex = chosen ? 0 : -1;
    $(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (tab.id === "tab-config") askOrigins();
}

for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  choose(next);
});
$("restart").addEventListener("click", () => send({ t: "restart" }));

// -- the line to the simulator ----------------------------------------------------------------------------------------

function send(message) {
  if (state.socket && state.socket.readyState === WebSocket.OPEN) state.socket.send(JSON.stringify(message));
}

function note(text, kind) {
  $("state").textContent = text || "Ready";
  $("state").dataset.kind = kind || (text ? "busy" : "ready");
  state.ready = !text;
}

let told = 0;
function problem(text) {
  $("problem").textContent = text;
  $("problem").hidden = false;
  clearTimeout(told);
  told = setTimeout(() => { $("problem").hidden = true; }, 6000);
}

const HEARD = {
  hello(message) {
    drawFacts(message.facts);
    drawKeys(message.facts);
    drawLegend();
    drawFaults(message.faults);
    $("log").replaceChildren();
  },
  note(message) {
    note(message.text);
    drawFacts(message.facts);
    if (!message.text) later();
  },
  screen: show,
  log: (message) => addRows(message.rows),
  origins: drawOrigins,
  faults: (message) => drawFaults(message.faults),
  problem: (message) => problem(message.text),
};

function connect() {
  const socket = new WebSocket(`ws://${location.host}${location.pathname}live`);
  state.socket = socket;
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    if (HEARD[message.t]) HEARD[message.t](message);
  });
  socket.addEventListener("close", () => {
    note("The simulator has ended", "gone");
    setTimeout(connect, RETRY_MS);
  });
}

drawChips();
drawModes();
connect();
