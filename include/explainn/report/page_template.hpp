// The templates of the report as text, written by templates/embed.sh: to change the page, change those files.
#pragma once
#include <array>
#include <string_view>

#include <explainn/core/cpp20.hpp>

// clang-format off
namespace explainn::EXPLAINN_ABI::detail::page_template {

inline constexpr std::string_view html = R"page(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{{title}}</title>
<style>
{{style}}
</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<aside>
<p class="brand">ExplaiNN report</p>
<label class="chooser" for="task">Task shown<select id="task"></select></label>
<nav aria-label="Sections"><ol id="contents"></ol></nav>
<div class="saving"><button id="save-names" type="button">Save names.tsv</button>
<p id="names-state" role="status">Names of motifs can be edited in the page.</p></div>
</aside>
<main id="main" tabindex="-1">
<header><h1>{{title}}</h1><p id="lead"></p><dl id="figures"></dl></header>
<noscript><p class="note">The figures of this page are drawn by a script that the page holds itself, and scripts are switched
off. The numbers stand as tables in the folder report/ beside this file.</p></noscript>
</main>
<div id="tip" role="status" hidden></div>
<script type="application/json" id="data">{{data}}</script>
<script>
{{script}}
</script>
</body>
</html>
)page";
inline constexpr std::string_view css = R"page(:root {
    --paper: #fcfbf9; --panel: #f4f2ee; --ink: #1c1c1a; --soft: #66645e; --rule: #dedbd4; --up: #1f66ad; --down: #c0502f;
    --good: #2c7a4b; --look: #a86a00; --bad: #b3261e; --mark: #1c1c1a;
    --logo-a: #14833f; --logo-c: #2059a8; --logo-g: #d98a00; --logo-t: #c8202f;
}
@media (prefers-color-scheme: dark) {
    :root {
        --paper: #16181b; --panel: #1f2226; --ink: #e8e6e1; --soft: #9d9b95; --rule: #35383d; --up: #6aaef0; --down: #f08b67;
        --good: #63c08a; --look: #e5ac4d; --bad: #f07c72; --mark: #f4f2ee;
        --logo-a: #4cc47d; --logo-c: #70abf2; --logo-g: #f5b83d; --logo-t: #f2707a;
    }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; }
body {
    margin: 0; background: var(--paper); color: var(--ink); display: grid; grid-template-columns: 15rem minmax(0, 1fr);
    font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    font-variant-numeric: tabular-nums;
}
h1, h2 { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", Georgia, serif; font-weight: 600; }
h1 { font-size: 2.1rem; line-height: 1.15; margin: 0 0 .4rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.45rem; margin: 0 0 .3rem; }
h3 { font-size: .95rem; margin: 1.4rem 0 .4rem; }
p { margin: 0 0 .8rem; max-width: 46rem; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .15em; }
button, select, input {
    font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--rule); border-radius: 5px; padding: .25rem .55rem;
}
button { cursor: pointer; }
button:hover { border-color: var(--soft); }
:focus-visible { outline: 2px solid var(--up); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; z-index: 9; }

aside {
    position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.6rem 1.1rem 1.2rem 1.4rem; background: var(--panel);
    border-right: 1px solid var(--rule); display: flex; flex-direction: column; gap: 1rem; font-size: .9rem;
}
.brand { font-weight: 650; margin: 0; }
.chooser { display: grid; gap: .25rem; color: var(--soft); }
.chooser select { color: var(--ink); width: 100%; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .22rem .5rem; margin-left: -.5rem; text-decoration: none; border-radius: 4px; color: var(--soft); }
nav a:hover, nav a[aria-current] { color: var(--ink); background: var(--paper); }
.saving { margin-top: auto; }
.saving button { width: 100%; }
.saving p { color: var(--soft); font-size: .8rem; margin: .4rem 0 0; }

main { padding: 2.4rem clamp(1rem, 4vw, 3.5rem) 5rem; max-width: 82rem; outline: none; }
header { margin-bottom: 2.4rem; }
#lead { font-size: 1.08rem; color: var(--soft); }
#figures { display: flex; flex-wrap: wrap; gap: .6rem 2.6rem; margin: 1.2rem 0 0; }
#figures div { display: flex; flex-direction: column-reverse; }
#figures dd { margin: 0; font-size: 1.55rem; font-weight: 600; line-height: 1.2; }
#figures dt { color: var(--soft); font-size: .82rem; }
section { border-top: 1px solid var(--rule); padding: 1.9rem 0 1.6rem; }
section > .about { color: var(--soft); }
.note, .empty { color: var(--soft); }

table { border-collapse: collapse; font-size: .9rem; }
th, td { text-align: right; padding: .28rem .8rem .28rem 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
th { font-weight: 600; color: var(--soft); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
th button { border: 0; padding: 0; background: none; font-weight: 600; }
th[aria-sort] button { color: var(--ink); }
th[aria-sort=ascending] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
tbody tr.chosen td { background: var(--panel); font-weight: 600; }
td button.link { border: 0; background: none; padding: 0; text-decoration: underline; text-decoration-color: var(--rule); text-underline-offset: .2em; text-align: left; }
.scroll { overflow: auto; max-height: 30rem; width: fit-content; max-width: 100%; padding-right: .8rem; }
.scroll thead th { position: sticky; top: 0; background: var(--paper); }
.wide { overflow-x: auto; }

.facts { display: grid; grid-template-columns: minmax(9rem, max-content) minmax(0, 1fr); gap: .3rem 1.4rem; margin: 0; font-size: .92rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

.checks { list-style: none; margin: 0; padding: 0; max-width: 58rem; }
.checks li { display: grid; grid-template-columns: 5.6rem minmax(0, 1fr); gap: .1rem .9rem; padding: .6rem 0; border-bottom: 1px solid var(--rule); }
.checks p { margin: 0; max-width: none; }
.checks .expected { color: var(--soft); font-size: .88rem; grid-column: 2; }
.verdict { font-size: .8rem; font-weight: 650; padding-top: .1rem; grid-row: span 2; }
.verdict::before { content: ""; display: inline-block; width: .62em; height: .62em; border-radius: 50%; margin-right: .5em; background: currentColor; }
.verdict.good { color: var(--good); }
.verdict.look { color: var(--look); }
.verdict.look::before { border-radius: 0; transform: rotate(45deg); }
.verdict.bad { color: var(--bad); }
.verdict.bad::before { border-radius: 0; }

.shapes { display: grid; grid-template-columns: repeat(auto-fill, minmax(30rem, 1fr)); gap: .4rem 2rem; }
.shapes figure { break-inside: avoid; }
#pair-strongest { margin-top: .7rem; }
.curves { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1.2rem 2.2rem; align-items: start; }
figure { margin: 0 0 1.2rem; }
figcaption { font-size: .88rem; color: var(--soft); margin-bottom: .3rem; }
figcaption b { color: var(--ink); font-weight: 600; }
svg { display: block; max-width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--soft); font-size: 11px; font-family: inherit; }
svg text.strong { fill: var(--ink); }
svg .axis { stroke: var(--rule); fill: none; }
svg .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
svg .up { fill: var(--up); } svg .down { fill: var(--down); } svg .plain { fill: var(--soft); }
svg .stroke-up { stroke: var(--up); } svg .stroke-down { stroke: var(--down); } svg .stroke-soft { stroke: var(--soft); } svg .stroke-ink { stroke: var(--ink); }
svg .a { fill: var(--logo-a); } svg .c { fill: var(--logo-c); } svg .g { fill: var(--logo-g); } svg .t { fill: var(--logo-t); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .84rem; color: var(--soft); margin: 0 0 .6rem; max-width: none; }
.key i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; vertical-align: -.06em; border-radius: 2px; }
i.up { background: var(--up); } i.down { background: var(--down); } i.tick { background: none; border-left: 2px solid var(--ink); border-radius: 0; width: .5em; }
i.logo-a { background: var(--logo-a); } i.plain { background: var(--soft); }

.tools { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; margin: .8rem 0 1rem; font-size: .9rem; }
.tools label { display: flex; gap: .4rem; align-items: center; color: var(--soft); }
.tools input[type=search] { width: 15rem; max-width: 100%; }
.tools output { color: var(--soft); }
.motif {
    display: grid; grid-template-columns: minmax(10rem, 13rem) minmax(13rem, 17rem) 10rem minmax(13rem, 1fr); gap: .4rem 1.6rem;
    padding: 1.1rem 0; border-bottom: 1px solid var(--rule); align-items: start; content-visibility: auto; contain-intrinsic-size: auto 12rem;
    break-inside: avoid;
}
.motif .name { width: 100%; font-weight: 650; font-size: 1.02rem; border-color: transparent; padding: .1rem .3rem; margin-left: -.35rem; background: none; }
.motif .name:hover, .motif .name:focus { border-color: var(--rule); background: var(--paper); }
.motif p { margin: .15rem 0; font-size: .85rem; color: var(--soft); }
.motif p b { color: var(--ink); font-weight: 600; }
.motif.weak svg.logo { filter: grayscale(1); opacity: .55; }
.motif.weak .name { color: var(--soft); }
.motif h4 { font-size: .78rem; font-weight: 500; color: var(--soft); margin: 0 0 .1rem; }
.motif h4 + svg { margin-bottom: .5rem; }
details > summary { cursor: pointer; color: var(--soft); padding: .9rem 0; }
.group { display: grid; grid-template-columns: minmax(12rem, 16rem) minmax(14rem, 18rem) minmax(13rem, 1fr); gap: .5rem 1.8rem; padding: 1rem 0; border-bottom: 1px solid var(--rule); break-inside: avoid; }
.group p { font-size: .88rem; margin: 0; }
.group .members { color: var(--soft); overflow-wrap: anywhere; }
.tags { font-size: .85rem; color: var(--soft); }
.example { margin: 1rem 0 2rem; break-inside: avoid; }
.glossary { display: grid; grid-template-columns: minmax(8rem, 12rem) minmax(0, 40rem); gap: .55rem 1.6rem; margin: 0; }
.glossary dt { font-weight: 600; }
.glossary dd { margin: 0; }
#tip {
    position: fixed; z-index: 5; pointer-events: none; background: var(--ink); color: var(--paper); font-size: .82rem; padding: .3rem .55rem;
    border-radius: 4px; max-width: 20rem; white-space: pre-line;
}
@media (max-width: 62rem) {
    body { grid-template-columns: minmax(0, 1fr); }
    aside { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--rule); padding: 1.2rem clamp(1rem, 4vw, 3.5rem); }
    nav ol { display: flex; flex-wrap: wrap; gap: 0 .9rem; }
    .motif { grid-template-columns: minmax(10rem, 1fr) minmax(13rem, 1fr); }
    .group, .shapes { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 34rem) {
    .motif, .checks li, .glossary, .facts { grid-template-columns: minmax(0, 1fr); }
    .checks .expected { grid-column: 1; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
    :root {
        --paper: #fff; --panel: #fff; --ink: #000; --soft: #555; --rule: #ccc; --up: #1f66ad; --down: #c0502f; --good: #2c7a4b; --look: #a86a00;
        --bad: #b3261e; --mark: #000; --logo-a: #14833f; --logo-c: #2059a8; --logo-g: #d98a00; --logo-t: #c8202f; color-scheme: light;
    }
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    body { display: block; font-size: 10.5px; }
    aside, .tools, .skip { display: none; }
    main { padding: 0; max-width: none; }
    h2, h3, figcaption { break-after: avoid; }
    figure, tr, .checks li { break-inside: avoid; }
    .scroll { max-height: none; overflow: visible; }
    .wide svg { max-width: 100% !important; }
    .motif { grid-template-columns: 9rem 13rem 8rem minmax(0, 1fr); gap: .3rem 1rem; content-visibility: visible; }
    .motif .name { border: 0; }
}
)page";
inline constexpr std::string_view page = R"page(// What every section of the page is made with: the data, elements, numbers as text, the task that is shown.
const data = JSON.parse(document.getElementById('data').textContent);
const tasks = data.tasks.length, units = data.units.length;
const byId = id => document.getElementById(id);

// An element with attributes and children; `on...` attributes are listeners, text is never read as markup.
function make(namespace, name, attributes, children) {
    const e = namespace ? document.createElementNS(namespace, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
        if (value === undefined || value === null || value === false) continue;
        if (key.startsWith('on')) e.addEventListener(key.slice(2), value);
        else e.setAttribute(key, value === true ? '' : value);
    }
    for (const child of [children].flat(2)) if (child !== undefined && child !== null) e.append(child);
    return e;
}
const el = (name, attributes, ...children) => make(null, name, attributes, children);
const svg = (name, attributes, ...children) => make('http://www.w3.org/2000/svg', name, attributes, children);
const drawing = (width, height, label, ...children) => svg('svg', {
    viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label }, ...children);

// Numbers as text: few digits, a true minus; a number that is missing is a dash.
function number(x, digits = 3) {
    if (x === null || x === undefined || !isFinite(x)) return '–';
    if (x === 0) return '0';
    const size = Math.abs(x);
    if (size < 1e-3 || size >= 1e6) { // 3.3 · 10⁻⁶
        const [mantissa, exponent] = x.toExponential(1).split('e');
        const high = [...String(+exponent)].map(c => c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[c]).join('');
        return (mantissa.replace('.0', '') + '·10' + high).replace('-', '−');
    }
    return (size >= 100 ? Math.round(x).toLocaleString('en-GB') : String(+x.toPrecision(digits))).replace('-', '−');
}
const count = n => n === null || n === undefined ? '–' : n.toLocaleString('en-GB');
const fixed = (x, places = 3) => x === null || x === undefined || !isFinite(x) ? '–' : x.toFixed(places).replace('-', '−');
const signed = x => (x > 0 ? '+' : '') + number(x);
const several = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;

const weight = (u, o) => data.weights[u * tasks + o];
const importance = (u, o) => data.importances[u * tasks + o];
const effect = (u, o) => data.effects[u * tasks + o];
const effectSize = (u, o) => Math.abs(effect(u, o) || 0);
// By falling size of the effect; among equals, as units that every sequence has a hit of, by that of the importance.
const byEffect = o => (a, b) => effectSize(b, o) - effectSize(a, o) || Math.abs(importance(b, o) || 0) - Math.abs(importance(a, o) || 0) || a - b;

// The bytes that hold many small numbers: 0 to 254 from least to most, 255 for one that is missing.
function unpack(packed) {
    const bytes = atob(packed.bytes), values = new Float32Array(bytes.length), step = (packed.most - packed.least) / 254;
    for (let i = 0; i < bytes.length; ++i) {
        const b = bytes.charCodeAt(i);
        values[i] = b === 255 ? NaN : packed.least + b * step;
    }
    return values;
}

// The task that is shown everywhere; sections that depend on it are drawn anew. The page opens on the task that is predicted best.
const bestTask = () => {
    const k = ['AUPRC', 'Pearson', 'R²', 'F1', 'AUROC'].map(title => data.measures.findIndex(m => m.byTask && m.title === title)).find(at => at >= 0);
    if (k === undefined) return 0;
    const value = t => data.tasks[t].measures[k] === null ? -Infinity : data.tasks[t].measures[k];
    return data.tasks.reduce((best, _, t) => value(t) > value(best) ? t : best, 0);
};
const shown = { task: bestTask(), listeners: [] };
function show(task) {
    shown.task = task;
    byId('task').value = String(task);
    for (const listener of shown.listeners) listener();
}

// Names of motifs as the user edits them; all that shows a name listens.
const matched = u => data.units[u].matches.filter(m => m.q <= data.settings.q);
const names = data.units.map((u, i) => u.name || (matched(i)[0] || { name: '' }).name);
const nameListeners = [];
const label = u => names[u] ? `${names[u]} (${data.units[u].id.replace(/^.*filter/, '')})` : data.units[u].id; // units may share a name
function rename(u, name) {
    const clean = name.replace(/\s+/g, ' ').trim();
    if (clean === names[u]) return;
    names[u] = clean;
    byId('names-state').textContent = 'Names were changed: save names.tsv and hand it to a program with --names.';
    for (const listener of nameListeners) listener(u);
}
const namesTable = () => 'unit\tname\n' + data.units.map((u, i) => `${u.id}\t${names[i]}\n`).join('');

// Sections are drawn in their order: the first at once, the others when the browser has time, all before printing.
const sections = [];
function section(id, title, about, draw) {
    sections.push({ id, title, about, draw, drawn: false });
}
function drawSection(s) {
    if (s.drawn) return;
    s.drawn = true;
    const body = el('div');
    s.element.append(body);
    s.draw(body);
}
const drawAll = () => sections.forEach(drawSection);

// A line of text beside the pointer.
const tip = {
    show(event, text) {
        const t = byId('tip');
        t.textContent = text;
        t.hidden = false;
        t.style.left = Math.min(event.clientX + 14, innerWidth - t.offsetWidth - 8) + 'px';
        t.style.top = Math.min(event.clientY + 14, innerHeight - t.offsetHeight - 8) + 'px';
    },
    hide() { byId('tip').hidden = true; }
};
// Where the pointer is in the units of a drawing.
function place(drawn, event) {
    const box = drawn.getBoundingClientRect(), view = drawn.viewBox.baseVal;
    return [(event.clientX - box.left) * view.width / box.width, (event.clientY - box.top) * view.height / box.height];
}
)page";
inline constexpr std::string_view charts = R"page(// Charts: axes, lines, histograms, bars with a sign, cells in few colours.
const extent = values => {
    let least = Infinity, most = -Infinity;
    for (const x of values) if (x !== null && isFinite(x)) { least = Math.min(least, x); most = Math.max(most, x); }
    return [least, most];
};
// Numbers of the form 1, 2 or 5 times a power of ten that divide a range into about `parts`.
function ticks(least, most, parts = 4) {
    if (!(most > least)) return [least];
    const raw = (most - least) / parts, ten = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map(k => k * ten).find(s => s >= raw * 0.999), out = [];
    for (let i = Math.ceil(least / step - 1e-9); i * step <= most + step * 1e-9; ++i) out.push(+(i * step).toPrecision(12));
    return out;
}
const path = (xs, ys) => xs.map((x, i) => `${i ? 'L' : 'M'}${+x.toFixed(1)} ${+ys[i].toFixed(1)}`).join('');

// A frame with two axes: children are drawn with its functions x and y.
function plot({ width = 420, height = 260, x, y, xTitle, yTitle, label, whole = false, bare = false }) {
    const left = 46, bottom = 36, top = 8, right = 10;
    const toX = v => left + (v - x[0]) / ((x[1] - x[0]) || 1) * (width - left - right);
    const toY = v => height - bottom - (v - y[0]) / ((y[1] - y[0]) || 1) * (height - bottom - top);
    const drawn = drawing(width, height, label);
    for (const t of bare ? [] : ticks(y[0], y[1])) drawn.append(
        svg('line', { class: 'axis', x1: left, x2: width - right, y1: toY(t), y2: toY(t) }),
        svg('text', { x: left - 6, y: toY(t) + 4, 'text-anchor': 'end' }, number(t)));
    for (const t of bare ? [] : ticks(x[0], x[1], 5)) if (!whole || Number.isInteger(t))
        drawn.append(svg('text', { x: toX(t), y: height - bottom + 15, 'text-anchor': 'middle' }, number(t)));
    drawn.append(svg('text', { x: (left + width - right) / 2, y: height - 3, 'text-anchor': 'middle' }, xTitle),
        svg('text', { x: 10, y: (top + height - bottom) / 2, 'text-anchor': 'middle', transform: `rotate(-90 10 ${(top + height - bottom) / 2})` }, yTitle));
    return { drawn, toX, toY };
}
function histogram(counts, { width = 160, height = 34, label, kind = 'plain', ends }) {
    const most = Math.max(1, ...counts), step = width / counts.length;
    let d = '';
    counts.forEach((n, i) => { if (n > 0) { const h = Math.max(0.6, n / most * height); d += `M${+(i * step).toFixed(2)} ${height}v${-h.toFixed(2)}h${+(step * 0.92).toFixed(2)}v${h.toFixed(2)}z`; } });
    const drawn = drawing(width, height + 14, label, svg('path', { class: kind, d }),
        svg('line', { class: 'axis', x1: 0, x2: width, y1: height, y2: height }));
    if (ends) drawn.append(svg('text', { x: 0, y: height + 12 }, ends[0]), svg('text', { x: width, y: height + 12, 'text-anchor': 'end' }, ends[1]));
    return drawn;
}
// Bars to both sides of zero, one a row; a tick marks a second number on a scale of its own.
function signedBars(rows, { width = 300, labelWidth = 92, room = 43, label, most, mostTick }) {
    const line = 15, middle = labelWidth + (width - labelWidth) / 2, half = (width - labelWidth) / 2 - room;
    const drawn = drawing(width, rows.length * line + 2, label);
    let up = '', down = '', tick = '';
    rows.forEach((row, i) => {
        const y = i * line, text = svg('text', { x: labelWidth - 6, y: y + 11, 'text-anchor': 'end', class: row.chosen ? 'strong' : undefined }, cut(row.name, labelWidth / 6.6));
        text.append(svg('title', {}, row.name));
        drawn.append(text);
        if (row.value === null || !isFinite(row.value)) return;
        const w = Math.min(1, Math.abs(row.value) / (most || 1)) * half;
        if (row.value >= 0) up += `M${middle} ${y + 3}h${w.toFixed(1)}v9h${-w.toFixed(1)}z`;
        else down += `M${middle} ${y + 3}h${-w.toFixed(1)}v9h${w.toFixed(1)}z`;
        const end = Math.max(w, row.tick !== undefined && row.tick >= 0 === row.value >= 0 ? Math.min(1, Math.abs(row.tick) / (mostTick || 1)) * half : 0);
        if (row.tick !== undefined) tick += `M${(middle + Math.max(-1, Math.min(1, row.tick / (mostTick || 1))) * half).toFixed(1)} ${y + 1}v13`;
        drawn.append(svg('text', { x: row.value >= 0 ? middle + end + 4 : middle - end - 4, y: y + 11, 'text-anchor': row.value >= 0 ? 'start' : 'end' }, row.text || number(row.value, 2)));
    });
    drawn.append(svg('line', { class: 'axis', x1: middle, x2: middle, y1: 0, y2: rows.length * line }),
        svg('path', { class: 'up', d: up }), svg('path', { class: 'down', d: down }), svg('path', { class: 'stroke-ink', d: tick, 'stroke-width': 1.5 }));
    return drawn;
}
const cut = (text, most) => text.length <= most ? text : text.slice(0, Math.max(1, Math.floor(most) - 1)) + '…';

// Cells coloured by a signed value, one path a shade, so that many thousand cells stay light.
function cells(list, most, shades = 9) {
    const paths = new Map();
    for (const c of list) {
        if (!isFinite(c.value)) continue;
        const shade = Math.min(shades, Math.round(Math.abs(c.value) / (most || 1) * shades));
        if (shade === 0) continue;
        const key = c.value > 0 ? shade : -shade;
        paths.set(key, (paths.get(key) || '') + `M${c.x} ${c.y}h${c.width}v${c.height}h${-c.width}z`);
    }
    return [...paths].map(([key, d]) => svg('path', { class: key > 0 ? 'up' : 'down', 'fill-opacity': (Math.abs(key) / shades).toFixed(2), d }));
}
)page";
inline constexpr std::string_view logo = R"page(// Logos: letters as outlines that are scaled into one path a letter.
const outlines = data.letters.map(d => [...d.matchAll(/([MLHVCZ])([^MLHVCZ]*)/g)].map(m => [m[1], (m[2].match(/-?[\d.]+/g) || []).map(Number)]));
const classes = ['a', 'c', 'g', 't'];
function outline(letter, x, y, width, height) {
    let d = '';
    for (const [command, at] of outlines[letter]) {
        d += command;
        if (command === 'H') d += (x + at[0] * width / 100).toFixed(2);
        else if (command === 'V') d += (y + at[0] * height / 100).toFixed(2);
        else d += at.map((v, i) => (i % 2 ? y + v * height / 100 : x + v * width / 100).toFixed(2)).join(' ');
    }
    return d;
}
const letterPaths = ds => ds.map((d, b) => d && svg('path', { class: classes[b], d, 'fill-rule': 'evenodd' })).filter(Boolean);

// The probabilities of a motif, column by column, as the page's data hold them: parts of a thousand.
const columnsOf = p => Array.from({ length: p.length / 4 }, (_, k) => p.slice(4 * k, 4 * k + 4).map(v => v / 1000));
const reversed = columns => columns.map(c => [...c].reverse()).reverse();
const bits = column => 2 + column.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0);

function logo(columns, { width = 250, height = 46, label, mark }) {
    const step = width / columns.length, ds = ['', '', '', ''];
    columns.forEach((column, k) => {
        const tall = Math.max(0, bits(column)) / 2 * height;
        let y = height;
        for (const [p, b] of column.map((p, b) => [p, b]).sort((a, c) => a[0] - c[0])) {
            const h = p * tall;
            if (h < 0.4) continue;
            y -= h;
            ds[b] += outline(b, k * step + step * 0.04, y, step * 0.92, h);
        }
    });
    const drawn = drawing(width, height + 3, label, svg('line', { class: 'axis', x1: 0, x2: width, y1: height + 1, y2: height + 1 }), letterPaths(ds));
    drawn.classList.add('logo');
    if (mark) drawn.append(svg('text', { x: width, y: 9, 'text-anchor': 'end' }, mark));
    drawn.addEventListener('pointermove', event => {
        const k = Math.floor(place(drawn, event)[0] / step), c = columns[k];
        if (c) tip.show(event, `position ${k + 1}: ${number(bits(c), 2)} bits\n` + c.map((p, b) => `${'ACGT'[b]} ${p.toFixed(2)}`).join('  '));
    });
    drawn.addEventListener('pointerleave', tip.hide);
    return drawn;
}
)page";
inline constexpr std::string_view sections_run = R"page(// The run, the judged checklist, the training curves.
section('run', 'The run', null, body => {
    body.append(el('dl', { class: 'facts' }, ...data.facts.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]).flat()));
});

section('checks', 'Checklist', 'What a run should look like, and what this one does. Each check says what it found and what is expected.', body => {
    const words = { good: 'good', look: 'look at it', bad: 'not right', unknown: 'not known' };
    body.append(data.checks.length === 0 ? el('p', { class: 'empty' }, 'Nothing was checked.') :
        el('ul', { class: 'checks' }, ...data.checks.map(c => el('li', { 'data-verdict': c.verdict },
            el('span', { class: `verdict ${c.verdict}` }, words[c.verdict]),
            el('p', {}, el('b', {}, c.title + ': '), c.found), el('p', { class: 'expected' }, 'Expected: ' + c.expected)))));
});

if (data.losses.train.length > 0) section('training', 'Training', 'The loss of each epoch, on the training part (while its weights still changed) and on the validation part. The model kept is that of the marked epoch.', body => {
    const { train, valid, best } = data.losses, all = [...train, ...valid].filter(v => v !== null);
    const [low, high] = extent(all), space = (high - low) * 0.08 || 1;
    const { drawn, toX, toY } = plot({ width: 640, height: 280, x: [1, Math.max(2, train.length)], y: [low - space, high + space], xTitle: 'epoch', yTitle: 'loss', whole: true,
        label: `Training and validation loss of ${train.length} epochs` });
    const line = (values, kind, name) => {
        const points = values.map((v, i) => [i + 1, v]).filter(([, v]) => v !== null);
        if (points.length === 0) return;
        drawn.append(svg('path', { class: `line ${kind}`, d: path(points.map(p => toX(p[0])), points.map(p => toY(p[1]))) }));
        for (const [x, v] of points) drawn.append(svg('circle', { cx: toX(x), cy: toY(v), r: 2.6, class: kind === 'stroke-up' ? 'up' : 'down' }, svg('title', {}, `epoch ${x}, ${name}: ${number(v, 4)}`)));
    };
    if (best > 0) drawn.append(svg('line', { class: 'stroke-soft', 'stroke-dasharray': '3 3', x1: toX(best), x2: toX(best), y1: 8, y2: 244 }),
        svg('text', { x: toX(best) + 5, y: 18 }, `kept: epoch ${best}`));
    line(train, 'stroke-up', 'training');
    line(valid, 'stroke-down', 'validation');
    body.append(el('p', { class: 'key' }, el('span', {}, el('i', { class: 'up' }), 'training'), el('span', {}, el('i', { class: 'down' }), 'validation')), el('figure', {}, drawn));
});
)page";
inline constexpr std::string_view sections_performance = R"page(// How good the model is: measures by task, ROC, precision-recall and reliability curves, predictions against labels.
section('performance', 'Performance', data.about.test, body => {
    const columns = [{ title: 'task', of: t => t.name }, { title: 'sequences', of: t => t.sequences, text: count }];
    if (data.tasks.some(t => t.positives !== null)) columns.push({ title: 'positives', of: t => t.positives, text: count });
    data.measures.forEach((m, k) => { if (m.byTask) columns.push({ title: m.title, of: t => t.measures[k], text: x => fixed(x) }); });
    const order = { by: 0, down: false }, rows = el('tbody'), heads = el('tr');
    const table = el('table', { id: 'tasks' }, el('thead', {}, heads), rows);
    function fill() {
        const column = columns[order.by];
        const sorted = data.tasks.map((t, i) => i).sort((a, b) => {
            const x = column.of(data.tasks[a]), y = column.of(data.tasks[b]);
            if (x === null || y === null) return (x === null) - (y === null) || a - b; // what is missing stands last
            return (order.by === 0 && !order.down ? a - b : typeof x === 'string' ? x.localeCompare(y) : x - y) * (order.down ? -1 : 1) || a - b;
        });
        rows.replaceChildren(...sorted.map(i => el('tr', { class: i === shown.task ? 'chosen' : undefined }, ...columns.map((c, k) => el('td', {},
            k === 0 ? el('button', { type: 'button', class: 'link', onclick: () => show(i) }, data.tasks[i].name) : c.text(c.of(data.tasks[i])))))));
        heads.replaceChildren(...columns.map((c, k) => el('th', { scope: 'col', 'aria-sort': k === order.by ? (order.down ? 'descending' : 'ascending') : undefined },
            el('button', { type: 'button', 'data-column': c.title, onclick: () => {
                order.down = k === order.by ? !order.down : k > 0;
                order.by = k;
                fill();
                heads.children[k].firstChild.focus();
            } }, c.title))));
    }
    fill();
    const overall = data.measures.filter(m => m.overall !== null).map(m => `${m.title} ${fixed(m.overall)}`).join(', ');
    const curves = el('div', { class: 'pair', id: 'curves' });
    body.append(overall ? el('p', {}, 'Over all tasks: ' + overall + '.') : '', el('div', { class: 'scroll' }, table), el('h3', { id: 'curves-title' }, ''), curves);

    function draw() {
        const t = data.tasks[shown.task], drawn = [];
        fill();
        byId('curves-title').textContent = t.name;
        if (t.roc) drawn.push(curve('ROC', t.roc, 'false positive rate', 'true positive rate', [[0, 0], [1, 1]], task => task.roc),
            curve('Precision and recall', t.pr, 'recall', 'precision', [[0, t.positives / t.sequences], [1, t.positives / t.sequences]], task => task.pr));
        if (t.reliability) drawn.push(curve(`Reliability, expected calibration error ${fixed(t.calibration)}`, t.reliability, 'predicted probability', 'share of ones', [[0, 0], [1, 1]],
            task => task.reliability, 'probabilities that are right'));
        if (t.scatter) drawn.push(scatter(t));
        curves.replaceChildren(...(drawn.length ? drawn : [el('p', { class: 'empty' }, 'There is no curve of this task: one of its classes has no test sequence.')]));
    }
    function curve(title, points, xTitle, yTitle, dashed, of, what = 'chance') {
        const { drawn, toX, toY } = plot({ width: 400, height: 320, x: [0, 1], y: [0, 1], xTitle, yTitle, label: `${title} of ${data.tasks[shown.task].name}` });
        const others = data.tasks.filter((t, i) => i !== shown.task && of(t)).map(t => path(of(t)[0].map(toX), of(t)[1].map(toY))).join('');
        drawn.append(svg('path', { class: 'line stroke-soft', 'stroke-opacity': Math.max(0.12, 0.5 / Math.sqrt(tasks)), d: others, style: 'stroke-width:1' }),
            svg('path', { class: 'line stroke-soft', 'stroke-dasharray': '3 3', style: 'stroke-width:1', d: path(dashed.map(p => toX(p[0])), dashed.map(p => toY(p[1]))) }),
            svg('path', { class: 'line stroke-up', style: 'stroke-width:2.2', d: path(points[0].map(toX), points[1].map(toY)) }));
        return el('figure', {}, el('figcaption', {}, el('b', {}, title), `${tasks > 1 ? '; the other tasks in grey' : ''}; ${what} dashed`), drawn);
    }
    function scatter(t) {
        const [xs, ys] = t.scatter, pad = ([a, b]) => [a - (b - a) * 0.04, b + (b - a) * 0.04];
        const { drawn, toX, toY } = plot({ width: 420, height: 340, x: pad(extent(xs)), y: pad(extent(ys)), xTitle: 'label', yTitle: 'prediction', label: `Predictions and labels of ${t.name}` });
        drawn.append(svg('path', { class: 'stroke-up', 'stroke-width': 3, 'stroke-linecap': 'round', 'stroke-opacity': 0.35, d: xs.map((x, i) => `M${toX(x).toFixed(1)} ${toY(ys[i]).toFixed(1)}h0`).join('') }));
        return el('figure', {}, el('figcaption', {}, el('b', {}, 'Predictions and labels'), ` of ${count(xs.length)} test sequences`), drawn);
    }
    shown.listeners.push(draw);
    draw();
});
)page";
inline constexpr std::string_view sections_motifs = R"page(// Motifs: one row a unit, sorted, filtered and searched; names can be edited.
const weak = u => !data.units[u].matches.some(m => m.q <= data.settings.q);
const ofSignals = u => data.units[u].signals === true; // such a unit has no motif and no hits
const dead = u => data.units[u].hits === 0 && !ofSignals(u);
const hasMotif = u => !dead(u) && !ofSignals(u);

section('motifs', 'Motifs', data.about.motifs, body => {
    const search = el('input', { type: 'search', id: 'motif-search', placeholder: 'name, match or unit', oninput: fill });
    const sort = el('select', { id: 'motif-sort', onchange: fill }, ...[['effect', 'size of effect'], ['up', 'effect, raising first'], ['down', 'effect, lowering first'], ['importance', 'size of importance'],
        ['weight', 'size of weight'], ['hits', 'hits'], ['q', 'q of the match'], ['unit', 'number of the unit']].map(([value, text]) => el('option', { value }, text)));
    const only = el('select', { id: 'motif-only', onchange: fill }, ...[['all', 'any effect'], ['raise', 'raising the task'], ['lower', 'lowering the task']].map(([value, text]) => el('option', { value }, text)));
    const total = el('output', { id: 'motif-count' }), strong = el('div', { id: 'motif-list' });
    const faint = el('div'), summary = el('summary'), fold = el('details', { id: 'motif-weak' }, summary, faint);
    fold.addEventListener('toggle', () => { if (fold.open && !faint.firstChild) faint.append(...folded.map(row)); });
    let folded = [];
    body.append(el('div', { class: 'tools' }, el('label', {}, 'Search', search), el('label', {}, 'Sort by', sort), el('label', {}, 'Show', only), total),
        el('p', { class: 'key' }, el('span', {}, el('i', { class: 'up' }), 'effect that raises the task'), el('span', {}, el('i', { class: 'down' }), 'effect that lowers it'), el('span', {}, el('i', { class: 'tick' }), 'weight in the head; both on a scale of their own in each row')), strong, fold);

    const direction = u => effect(u, shown.task) || importance(u, shown.task);
    const value = (u, key) => {
        const o = shown.task, i = importance(u, o), e = effect(u, o);
        switch (key) {
        case 'effect': return e === null ? -1 : Math.abs(e);
        case 'up': return e === null ? -Infinity : e;
        case 'down': return e === null ? -Infinity : -e;
        case 'importance': return i === null ? -1 : Math.abs(i);
        case 'weight': return Math.abs(weight(u, o));
        case 'hits': return data.units[u].hits;
        case 'q': return -(data.units[u].matches[0] ? data.units[u].matches[0].q : 2);
        default: return -u;
        }
    };
    function fill() {
        const wanted = search.value.trim().toLowerCase();
        const text = u => [names[u], data.units[u].id, ...data.units[u].matches.map(m => `${m.name} ${m.id}`)].join(' ').toLowerCase();
        const chosen = data.units.map((_, u) => u).filter(u => (!wanted || text(u).includes(wanted)) &&
            (only.value === 'all' || (only.value === 'raise' ? direction(u) > 0 : direction(u) < 0)));
        chosen.sort((a, b) => value(b, sort.value) - value(a, sort.value) || byEffect(shown.task)(a, b));
        const first = chosen.filter(u => ofSignals(u) || !(data.settings.compared ? weak(u) : dead(u)));
        folded = chosen.filter(u => !first.includes(u));
        strong.replaceChildren(...first.map(row));
        faint.replaceChildren();
        summary.textContent = data.settings.compared ? `${several(folded.length, 'unit', 'units')} without a match of q ≤ ${data.settings.q} in ${data.settings.collection}` : `${several(folded.length, 'unit', 'units')} without a hit`;
        fold.hidden = folded.length === 0;
        if (fold.open) faint.append(...folded.map(row));
        total.textContent = `${count(chosen.length)} of ${several(units, 'unit', 'units')}`;
    }
    function row(u) {
        const unit = data.units[u], input = el('input', { class: 'name', value: names[u], placeholder: unit.id, 'aria-label': `Name of ${unit.id}`, spellcheck: 'false',
            onchange: event => rename(u, event.target.value) });
        const best = unit.matches[0];
        const about = el('div', {}, input, el('p', {}, unit.id, unit.group !== null ? `, group ${unit.group + 1}` : ''),
            !data.settings.compared || ofSignals(u) ? '' : best ? el('p', {}, weak(u) ? 'nearest ' : 'like ', el('b', {}, best.name), best.id && best.id !== best.name ? ` ${best.id}` : '', `, q\u00a0${number(best.q, 2)}`) : el('p', {}, 'no match'),
            matched(u).length > 1 ? el('p', {}, 'also ' + matched(u).slice(1).map(m => m.name).join(', ')) : '',
            unit.pair ? el('p', {}, 'Pair of ', el('b', {}, data.units[unit.pair[0]].id), ' and ', el('b', {}, data.units[unit.pair[1]].id), '.') : ofSignals(u) ? el('p', {}, el('b', {}, 'Reads signals'), ' and has no motif.') : dead(u) ? el('p', {}, el('b', {}, 'No window of these sequences is a hit.')) :
                el('p', {}, el('b', {}, count(unit.hits)), ` hits in ${several(unit.sequences, 'sequence', 'sequences')}`),
            dead(u) ? '' : el('p', {}, 'effect on ', cut(data.tasks[shown.task].name, 16), ' ', el('b', {}, signed(effect(u, shown.task))), `, importance ${signed(importance(u, shown.task))}`),
            !hasMotif(u) ? '' : el('p', {}, `${number(columnsOf(unit.p).reduce((s, c) => s + Math.max(0, bits(c)), 0), 3)} bits over ${unit.p.length / 4} positions`));
        const card = el('article', { class: `motif${data.settings.compared && weak(u) && !ofSignals(u) || dead(u) ? ' weak' : ''}`, 'data-unit': unit.id }, about);
        card.draw = () => {
            card.draw = null;
            const columns = columnsOf(unit.p), logos = el('div');
            for (const p of unit.pair || []) if (hasMotif(p)) logos.append(el('h4', {}, data.units[p].id), logo(columnsOf(data.units[p].p), { label: `Logo of ${data.units[p].id}, one of the pair ${unit.id}` }));
            if (hasMotif(u)) logos.append(el('h4', {}, 'forward'), logo(columns, { label: `Logo of ${unit.id}` }), el('h4', {}, 'reverse complement'), logo(reversed(columns), { label: `Logo of the reverse complement of ${unit.id}` }));
            const spread = el('div'), out = unit.outputs, w = weight(u, shown.task);
            if (hasMotif(u) && unit.positions.length) spread.append(el('h4', {}, 'position of the best hit'), histogram(unit.positions, { label: `Positions of the best hits of ${unit.id}`, ends: ['1', String(data.settings.length)] }));
            if (out.count > 0) spread.append(el('h4', {}, `contribution to ${cut(data.tasks[shown.task].name, 16)}`), histogram(w < 0 ? [...out.bins].reverse() : out.bins, { label: `Contributions of ${unit.id} to ${data.tasks[shown.task].name}`,
                kind: w < 0 ? 'down' : 'up', ends: [number(Math.min(w * out.least, w * out.most), 2), number(Math.max(w * out.least, w * out.most), 2)] }));
            const all = data.tasks.map((_, o) => o);
            const some = tasks <= 12 ? all : all.sort((a, b) => effectSize(u, b) - effectSize(u, a) || a - b).filter((o, i) => i < 10 || o === shown.task);
            const bars = el('div', {}, el('h4', {}, tasks <= 12 ? 'effect and weight by task' : 'effect and weight, strongest'),
                signedBars(some.map(o => ({ name: data.tasks[o].name, value: effect(u, o), tick: weight(u, o), chosen: o === shown.task })), { width: 244, labelWidth: 74, room: 44, label: `Effects and weights of ${unit.id} by task`, most: Math.max(...data.tasks.map((_, o) => effectSize(u, o))), mostTick: Math.max(...data.tasks.map((_, o) => Math.abs(weight(u, o)))) }));
            card.append(logos, spread, bars);
        };
        seen.observe(card);
        return card;
    }
    // a row's drawings are made when it comes near the window, or before printing
    const seen = new IntersectionObserver(entries => {
        for (const e of entries) if (e.isIntersecting) { seen.unobserve(e.target); if (e.target.draw) e.target.draw(); }
    }, { rootMargin: '900px' });
    addEventListener('beforeprint', () => document.querySelectorAll('.motif').forEach(card => card.draw && card.draw()));
    shown.listeners.push(fill);
    nameListeners.push(u => body.querySelectorAll(`.motif[data-unit="${CSS.escape(data.units[u].id)}"] .name`).forEach(input => { input.value = names[u]; }));
    fill();
});
)page";
inline constexpr std::string_view sections_refined = R"page(// Refined motifs: what units' motifs became when they were fitted to the shown task, beside what they were.
if (data.refined.length > 0) section('refined', 'Refined motifs', data.about.refined, body => {
    const holder = el('div', { class: 'scroll' });
    body.append(holder);
    const heads = ['', 'unit', 'motif of the unit', 'refined', 'used', 'like', 'validation', 'test', 'with those before', 'importance', 'weight'];
    const row = m => {
        const like = m.match && data.settings.compared ? m.match.q <= data.settings.q ? `${m.match.name}, q ${number(m.match.q, 2)}` : 'no known motif' : '–';
        const both = (refined, filter) => el('td', {}, `${m.measure} `, m.refined ? el('b', {}, fixed(refined)) : fixed(refined), el('br'), `unit ${fixed(filter)}`);
        return el('tr', {}, el('td', {}, `${m.place}.`), el('td', {}, label(m.unit)), el('td', {}, logo(columnsOf(data.units[m.unit].p), { width: 190, label: `Logo of ${data.units[m.unit].id}` })),
            el('td', {}, m.refined ? logo(columnsOf(m.p), { width: 190, label: `Logo of the refined motif of ${data.units[m.unit].id}` }) : 'did not do better'), el('td', {}, m.refined ? 'refined' : 'unit'), el('td', {}, like),
            both(m.valid, m.filterValid), both(m.test, m.filterTest), el('td', {}, fixed(m.soFar)), el('td', {}, `place ${m.importancePlace}`), el('td', {}, `place ${m.weightPlace}`));
    };
    function draw() {
        const some = data.refined.filter(m => m.task === shown.task);
        if (some.length === 0) return holder.replaceChildren(el('p', { class: 'empty' }, 'No motifs were refined for this task: it has few sequences, other tasks have more, or no motif alone says anything about it.'));
        holder.replaceChildren(el('table', {}, el('thead', {}, el('tr', {}, heads.map(h => el('th', { scope: 'col' }, h)))), el('tbody', {}, some.map(row))));
    }
    shown.listeners.push(draw);
    nameListeners.push(() => draw());
    draw();
});
)page";
inline constexpr std::string_view sections_contrasts = R"page(// Motifs that tell groups of tasks apart, such as the lineages of cell types.
if (data.contrasts.length > 0) section('contrasts', 'Motifs by group', data.about.contrasts, body => {
    for (const c of data.contrasts) {
        body.append(el('h3', {}, `${c.group} against ${c.against}`));
        if (c.units.length === 0) body.append(el('p', { class: 'empty' }, `No motif speaks for ${c.group}.`));
        const most = Math.max(...c.units.flatMap(x => [Math.abs(x.here), Math.abs(x.there)]));
        body.append(...c.units.map(x => {
            const unit = data.units[x.unit], name = el('b', {}), fill = () => name.replaceChildren(label(x.unit));
            nameListeners.push(fill);
            fill();
            return el('div', { class: 'group' }, el('div', {}, el('p', {}, name), el('p', { class: 'members' }, `${unit.id}, hits in ${number(100 * x.share, 2)} % of the sequences, gain ${signed(x.gain)}`)),
                logo(columnsOf(unit.p), { label: `Logo of ${unit.id}, which speaks for ${c.group}` }),
                signedBars([{ name: c.group, value: x.here }, { name: c.against, value: x.there }], { label: `What a hit of ${unit.id} adds to ${c.group} and to ${c.against}`, most }));
        }));
    }
});
)page";
inline constexpr std::string_view sections_weights = R"page(// The weights of the head as a heat map, importances as box plots, groups of redundant units.
section('weights', 'Weights', data.about.weights, body => {
    const sizes = data.weights.map(Math.abs).sort((a, b) => a - b), most = sizes[Math.floor(0.98 * (sizes.length - 1))] || 1, bold = data.unitOrder.length > 80;
    const all = el('input', { type: 'checkbox', id: 'all-weights', onchange: draw });
    const holder = el('div', { class: 'wide' });
    if (bold) body.append(el('div', { class: 'tools' }, el('label', {}, all, `all ${units} units, not only the 80 with the largest effects`)));
    body.append(el('p', { class: 'key' }, el('span', {}, el('i', { class: 'up' }), `weight of +${number(most, 2)} and more`), el('span', {}, el('i', { class: 'down' }), `of −${number(most, 2)} and less`)), holder);
    const size = u => Math.max(...data.tasks.map((_, o) => effectSize(u, o)));
    function draw() {
        let rows = data.unitOrder;
        if (bold && !all.checked) {
            const keep = new Set([...rows].sort((a, b) => size(b) - size(a)).slice(0, 80));
            rows = rows.filter(u => keep.has(u));
        }
        const left = 130, top = 74, cell = Math.max(12, Math.min(64, 760 / tasks)), line = 13;
        const width = left + cell * tasks + 60, height = top + line * rows.length + 4;
        const drawn = drawing(width, height, `Weights of ${rows.length} units and ${tasks} tasks, both in the order of their clustering`);
        data.taskOrder.forEach((o, k) => drawn.append(svg('text', { x: left + (k + 0.5) * cell, y: top - 6, transform: `rotate(-52 ${left + (k + 0.5) * cell} ${top - 6})` }, cut(data.tasks[o].name, 16))));
        rows.forEach((u, i) => drawn.append(svg('text', { x: left - 6, y: top + i * line + 10, 'text-anchor': 'end', 'font-size': 10, 'data-unit-label': u }, cut(label(u), 20), svg('title', {}, label(u)))));
        const list = rows.flatMap((u, i) => data.taskOrder.map((o, k) => ({ x: +(left + k * cell).toFixed(1), y: top + i * line, width: +(cell - 1).toFixed(1), height: line - 1, value: weight(u, o) })));
        drawn.append(svg('rect', { x: left, y: top, width: cell * tasks, height: line * rows.length, fill: 'var(--panel)' }), ...cells(list, most));
        drawn.addEventListener('pointermove', event => {
            const [x, y] = place(drawn, event), u = rows[Math.floor((y - top) / line)], o = x < left ? undefined : data.taskOrder[Math.floor((x - left) / cell)];
            if (u === undefined || o === undefined) return tip.hide();
            tip.show(event, `${label(u)} (${data.units[u].id})\n${data.tasks[o].name}: weight ${signed(weight(u, o))}, importance ${importance(u, o) === null ? '–' : signed(importance(u, o))}`);
        });
        drawn.addEventListener('pointerleave', tip.hide);
        // many tasks are drawn at their size and scroll sideways, so that names can be read
        if (width > 1100) {
            drawn.style.maxWidth = 'none';
            for (const [name, value] of [['tabindex', 0], ['role', 'group'], ['aria-label', 'Weights by unit and task, scrolls sideways']]) holder.setAttribute(name, value);
        }
        holder.replaceChildren(drawn);
    }
    nameListeners.push(() => draw());
    draw();
});

section('importances', 'Importances', data.about.importances, body => {
    const holder = el('div', { class: 'wide' });
    body.append(holder);
    function draw() {
        const o = shown.task;
        const rows = data.units.map((_, u) => u).filter(u => importance(u, o) !== null && importance(u, o) !== 0)
            .sort(byEffect(o)).slice(0, 30).sort((a, b) => importance(b, o) - importance(a, o));
        if (rows.length === 0) return holder.replaceChildren(el('p', { class: 'empty' }, 'No unit adds anything to this task.'));
        const at = (u, key) => weight(u, o) * data.units[u].outputs[key];
        const [low, high] = extent(rows.flatMap(u => [at(u, 'least'), at(u, 'most'), 0]));
        const left = 150, line = 18, width = 820, top = 6, height = top + rows.length * line + 34, x = v => left + (v - low) / ((high - low) || 1) * (width - left - 16);
        const drawn = drawing(width, height, `Box plots of the contributions of ${rows.length} units to ${data.tasks[o].name}`);
        for (const t of ticks(low, high, 7)) drawn.append(svg('line', { class: 'axis', x1: x(t), x2: x(t), y1: top, y2: height - 30 }), svg('text', { x: x(t), y: height - 16, 'text-anchor': 'middle' }, number(t)));
        drawn.append(svg('line', { class: 'stroke-soft', x1: x(0), x2: x(0), y1: top, y2: height - 30 }), svg('text', { x: (left + width) / 2, y: height - 2, 'text-anchor': 'middle' }, `contribution to the logit of ${data.tasks[o].name}`));
        rows.forEach((u, i) => {
            const y = top + i * line + line / 2, kind = importance(u, o) > 0 ? 'up' : 'down', [q1, q3] = [at(u, 'lower'), at(u, 'upper')].sort((a, b) => a - b);
            drawn.append(svg('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' }, cut(label(u), 22)),
                svg('line', { class: `stroke-${kind}`, x1: x(at(u, 'least')), x2: x(at(u, 'most')), y1: y, y2: y }),
                svg('rect', { class: kind, 'fill-opacity': 0.75, x: x(q1), y: y - 5, width: Math.max(1, x(q3) - x(q1)), height: 10 },
                    svg('title', {}, `${label(u)} (${data.units[u].id}): median ${signed(importance(u, o))}, quartiles ${number(q1)} and ${number(q3)}, over ${count(data.units[u].outputs.count)} sequences${ofSignals(u) ? '' : ' with a hit'}`)),
                svg('line', { class: 'stroke-ink', 'stroke-width': 2, x1: x(importance(u, o)), x2: x(importance(u, o)), y1: y - 6, y2: y + 6 }));
        });
        holder.replaceChildren(el('figure', {}, el('figcaption', {}, `The ${rows.length} units with the largest effects on `, el('b', {}, data.tasks[o].name), '. Box: quartiles; dark line: median, the importance; whiskers: least and most.'), drawn));
    }
    shown.listeners.push(draw);
    nameListeners.push(() => draw());
    draw();
});

section('groups', 'Redundant units', data.about.groups, body => {
    const many = data.groups.filter(g => g.units.length > 1).sort((a, b) => b.units.length - a.units.length);
    if (many.length === 0) return body.append(el('p', { class: 'empty' }, 'No two units have motifs that are alike.'));
    const all = data.tasks.map((_, o) => o), joint = (g, o) => g.units.reduce((sum, u) => sum + (effect(u, o) || 0), 0);
    body.append(el('p', { class: 'key' }, el('span', {}, el('i', { class: 'up' }), 'sum of effects that raises the task'), el('span', {}, el('i', { class: 'down' }), 'that lowers it'), el('span', {}, el('i', { class: 'tick' }), 'sum of weights; both on a scale of their own in each row')));
    body.append(...many.map(g => {
        const names = el('span', {});
        const fill = () => names.replaceChildren(g.units.map(label).join(', '));
        nameListeners.push(fill);
        fill();
        const some = tasks <= 12 ? all : [...all].sort((a, b) => Math.abs(joint(g, b)) - Math.abs(joint(g, a))).slice(0, 8);
        return el('div', { class: 'group' }, el('div', {}, el('p', {}, el('b', {}, `Group ${g.number + 1}: ${g.units.length} units`)), el('p', { class: 'members' }, names)),
            logo(columnsOf(g.p), { label: `Common motif of group ${g.number + 1}` }),
            signedBars(some.map(o => ({ name: data.tasks[o].name, value: joint(g, o), tick: g.weights[o] })), { label: `Joint effects and weights of group ${g.number + 1}`,
                most: Math.max(...all.map(o => Math.abs(joint(g, o)))), mostTick: Math.max(...g.weights.map(Math.abs)) }));
    }));
});
)page";
inline constexpr std::string_view sections_changes = R"page(// What changes when a unit is taken out, when a hit grows or moves, when two motifs come near each other.

if (data.tasks.some(t => t.removals)) section('removed', 'Units taken out', data.about.removed, body => {
    const holder = el('div', { class: 'wide' });
    body.append(holder);
    function draw() {
        const t = data.tasks[shown.task], all = t.removals;
        if (!all || all.units.length === 0) return holder.replaceChildren(el('p', { class: 'empty' }, 'No unit was taken out for this task: its test sequences are of one class, or no unit decides anything.'));
        const rows = all.units.map((u, i) => { const value = all.after[i] - all.before; return { name: label(u), value, text: (value > 0 ? '+' : '') + fixed(value, 4) }; });
        holder.replaceChildren(el('figure', {}, el('figcaption', {}, el('b', {}, `Change of the ${all.measure} of ${t.name}`), ` without each of ${several(rows.length, 'unit', 'units')}; with all of them it is ${fixed(all.before)}`),
            signedBars(rows, { width: 640, labelWidth: 190, room: 56, label: `Change of the ${all.measure} of ${t.name} without each unit`, most: Math.max(...rows.map(r => Math.abs(r.value))) })));
    }
    shown.listeners.push(draw);
    nameListeners.push(() => draw());
    draw();
});

if (data.units.some(u => u.shape)) section('shapes', 'Shape functions', data.about.shapes, body => {
    const holder = el('div', { class: 'shapes' });
    body.append(holder);
    function draw() {
        const o = shown.task, chosen = data.units.map((_, u) => u).filter(u => data.units[u].shape && (effect(u, o) || importance(u, o))).sort(byEffect(o)).slice(0, 12);
        if (chosen.length === 0) return holder.replaceChildren(el('p', { class: 'empty' }, 'No unit decides anything about this task.'));
        const added = (u, list) => [...list].map(x => weight(u, o) * (x - data.units[u].shape.without));
        const [low, high] = extent(chosen.flatMap(u => [0, ...added(u, data.units[u].shape.strength), ...added(u, data.units[u].shape.position)]));
        holder.replaceChildren(...chosen.map(u => {
            const { strength, position } = data.units[u].shape, kind = (effect(u, o) || importance(u, o)) > 0 ? 'stroke-up' : 'stroke-down';
            const curve = (list, x, at, xTitle) => {
                const { drawn, toX, toY } = plot({ width: 230, height: 150, x, y: [low, high], xTitle, yTitle: '', label: `What one hit of ${label(u)} adds to ${data.tasks[o].name}, by ${xTitle}` });
                const values = added(u, list);
                drawn.append(svg('line', { class: 'stroke-soft', x1: toX(x[0]), x2: toX(x[1]), y1: toY(0), y2: toY(0) }),
                    svg('path', { class: `line ${kind}`, 'stroke-width': 1.8, d: path(values.map((_, i) => toX(at(i))), values.map(toY)) }));
                return drawn;
            };
            const cell = data.settings.length / position.length;
            return el('figure', {}, el('figcaption', {}, el('b', {}, label(u))),
                el('div', { class: 'curves' }, curve(strength, [0, 100], i => 100 * i / (strength.length - 1), 'strength, % of the largest'),
                    curve(position, [0, data.settings.length], i => (i + 0.5) * cell, 'place of the hit, base')));
        }));
    }
    shown.listeners.push(draw);
    nameListeners.push(() => draw());
    draw();
});

if (data.pairs.length > 0) section('pairs', 'Pairs of motifs', data.about.pairs, body => {
    const holder = el('div', { class: 'wide' }), strongest = el('p', { id: 'pair-strongest' }), key = el('p', { class: 'key' });
    body.append(key, holder, strongest);
    const all = data.pairs.map(p => ({ ...p, values: p.beyond.map(unpack) }));
    const reach = Math.max(...all.flatMap(p => p.distances.map(Math.abs)));
    const title = p => `${label(p.units[0])} ▸ ${label(p.units[1])} ${p.reverse ? '◂' : '▸'}`;
    function draw() {
        const o = shown.task, [low, high] = extent(all.flatMap(p => [...p.values[o]])), most = Math.max(-low, high, 0);
        const best = all.flatMap(p => [...p.values[o]].map((x, i) => ({ p, x, distance: p.distances[i] }))).reduce((a, b) => Math.abs(b.x) > Math.abs(a.x) ? b : a);
        key.replaceChildren(el('span', {}, el('i', { class: 'up' }), `together +${number(most, 2)} beyond the sum`), el('span', {}, el('i', { class: 'down' }), `−${number(most, 2)}`),
            el('span', {}, 'Empty: they would overlap. ◂: the second motif turned round.'));
        const left = 250, top = 6, line = 15, cell = 620 / (2 * reach + 1), width = left + 630, height = top + line * all.length + 36;
        const x = d => left + (d + reach) * cell;
        const drawn = drawing(width, height, `What pairs of motifs add to ${data.tasks[o].name} beyond the sum of both, by distance`);
        // ground where there is a number, so that places where words overlap stay empty
        drawn.append(svg('path', { fill: 'var(--panel)', d: all.flatMap((p, i) => p.distances.map(d => `M${x(d).toFixed(1)} ${top + i * line}h${cell.toFixed(2)}v${line - 1}h${(-cell).toFixed(2)}z`)).join('') }));
        all.forEach((p, i) => drawn.append(svg('text', { x: left - 8, y: top + i * line + 11, 'text-anchor': 'end' }, cut(title(p), 40), svg('title', {}, title(p)))));
        drawn.append(...cells(all.flatMap((p, i) => p.distances.map((d, k) => ({ x: +x(d).toFixed(1), y: top + i * line, width: +cell.toFixed(2), height: line - 1, value: p.values[o][k] }))), most));
        for (const d of ticks(-reach, reach, 8)) drawn.append(svg('text', { x: x(d) + cell / 2, y: height - 20, 'text-anchor': 'middle' }, number(d)));
        drawn.append(svg('text', { x: x(0), y: height - 4, 'text-anchor': 'middle' }, 'bases from the first base of the first motif to that of the second'));
        drawn.addEventListener('pointermove', event => {
            const [at, y] = place(drawn, event), p = all[Math.floor((y - top) / line)], d = Math.floor((at - left) / cell) - reach, k = p ? p.distances.indexOf(d) : -1;
            if (k < 0) return tip.hide();
            tip.show(event, `${title(p)}\n${d} bases: ${signed(p.values[o][k])} beyond the sum`);
        });
        drawn.addEventListener('pointerleave', tip.hide);
        holder.replaceChildren(drawn);
        strongest.replaceChildren(most > 0 ? `Strongest for ${data.tasks[o].name}: ${title(best.p)} at ${number(best.distance)} bases, ${signed(best.x)} beyond the sum.` : `No pair says anything beyond the sum for ${data.tasks[o].name}.`);
    }
    shown.listeners.push(draw);
    nameListeners.push(() => draw());
    draw();
});
)page";
inline constexpr std::string_view sections_examples = R"page(// Sequences of the shown task, base by base: letters as high as what their change costs, units below, the sum beside.
if (data.examples.length > 0) section('examples', 'Examples', data.about.examples, body => {
    const holder = el('div');
    body.append(holder);
    function draw() {
        const list = data.examples.filter(e => e.task === shown.task);
        holder.replaceChildren(...(list.length ? list.map(example) : [el('p', { class: 'empty' }, 'No example of this task was computed.')]));
    }
    const sumOf = e => `logit ${number(e.logit)} = bias ${number(e.bias)} ${e.units.map(u => `${u.contribution < 0 ? '−' : '+'} ${number(Math.abs(u.contribution))} (${label(u.unit)})`).join(' ')} ${e.rest < 0 ? '−' : '+'} ${number(Math.abs(e.rest))} (all other units)`;
    const titled = (e, ...drawings) => el('div', { class: 'example' }, el('figcaption', {}, el('b', {}, `${e.kind}: ${e.name}`), `, label ${number(e.label)}, prediction ${number(e.prediction)}`), ...drawings, el('p', { class: 'tags' }, sumOf(e)));
    // a model of signals alone has no bases to show, only what its units add
    const alone = e => titled(e, signedBars(e.units.map(u => ({ name: label(u.unit), value: u.contribution, text: signed(u.contribution) })),
        { width: 460, labelWidth: 140, label: `What units add to the logit of ${e.name}`, most: Math.max(...e.units.map(u => Math.abs(u.contribution))) }));
    function example(e) {
        if (e.sequence.length === 0) return alone(e);
        const effects = unpack(e.effects), length = e.sequence.length, step = 7, left = 128, right = 70, width = left + length * step + right;
        const height = 84, line = 19, top = 14, mapTop = top + height + 10, trackTop = mapTop + 4 * 9 + 12;
        const whole = trackTop + e.units.length * line + 20;
        const drawn = drawing(width, whole, `${e.sequence.length} bases of ${e.name} with their effects on ${data.tasks[e.task].name}`);
        // a letter is as high as the logit falls, in the mean, when its base is replaced
        const heights = [...e.sequence].map((_, i) => -[0, 1, 2, 3].map(b => effects[4 * i + b]).filter(isFinite).reduce((s, x) => s + x / 3, 0));
        const [low, high] = extent([...heights, 0]), scale = height / ((high - low) || 1), zero = top + high * scale, ds = ['', '', '', ''];
        heights.forEach((h, i) => {
            const b = 'ACGT'.indexOf(e.sequence[i]);
            if (b < 0 || Math.abs(h * scale) < 0.3) return;
            ds[b] += outline(b, left + i * step, h > 0 ? zero - h * scale : zero, step * 0.94, Math.abs(h) * scale);
        });
        drawn.append(svg('text', { x: left - 8, y: zero + 4, 'text-anchor': 'end' }, 'effect of a base'), svg('line', { class: 'axis', x1: left, x2: left + length * step, y1: zero, y2: zero }), ...letterPaths(ds));
        const mutations = [];
        for (let i = 0; i < length; ++i) for (let b = 0; b < 4; ++b) mutations.push({ x: left + i * step, y: mapTop + b * 9, width: step - 0.6, height: 8.4, value: effects[4 * i + b] });
        drawn.append(...cells(mutations, extent(mutations.map(m => Math.abs(m.value)))[1]));
        'ACGT'.split('').forEach((c, b) => drawn.append(svg('text', { x: left - 8, y: mapTop + b * 9 + 8, 'text-anchor': 'end', style: 'font-size:9px' }, b === 0 ? 'change to  ' + c : c)));
        for (let i = 0; i < length; i += 20) drawn.append(svg('text', { x: left + i * step, y: whole - 2 }, String(i + 1)), svg('line', { class: 'axis', x1: left + i * step, x2: left + i * step, y1: trackTop - 4, y2: whole - 14 }));
        e.units.forEach((unit, k) => {
            const y = trackTop + k * line + line - 4, track = unpack(unit.track), kind = unit.contribution > 0 ? 'up' : 'down', w = data.units[unit.unit].p.length / 4;
            let d = '';
            track.forEach((a, i) => { const h = Math.sqrt(a) * (line - 5); if (h > 0.4) d += `M${left + i * step} ${y}v${-h.toFixed(1)}h${w * step}v${h.toFixed(1)}z`; });
            drawn.append(svg('text', { x: left - 8, y, 'text-anchor': 'end' }, cut(label(unit.unit), 17)), svg('line', { class: 'axis', x1: left, x2: left + length * step, y1: y, y2: y }),
                svg('path', { class: kind, 'fill-opacity': 0.55, d }), svg('text', { x: left + length * step + 8, y, class: 'strong' }, signed(unit.contribution)));
        });
        drawn.addEventListener('pointermove', event => {
            const [x, y] = place(drawn, event), i = Math.floor((x - left) / step);
            if (i < 0 || i >= length || y > trackTop) return tip.hide();
            tip.show(event, `base ${i + 1}: ${e.sequence[i]}\n` + 'ACGT'.split('').filter((_, b) => isFinite(effects[4 * i + b])).map(c => `${e.sequence[i]} → ${c}: ${signed(effects[4 * i + 'ACGT'.indexOf(c)])}`).join('\n'));
        });
        drawn.addEventListener('pointerleave', tip.hide);
        return titled(e, el('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': `${e.kind} example, scrolls sideways` }, (drawn.style.maxWidth = 'none', drawn)));
    }
    shown.listeners.push(draw);
    nameListeners.push(() => draw());
    draw();
});
)page";
inline constexpr std::string_view sections_map = R"page(// The map of sequences by their unit outputs, coloured by label, prediction or one unit; the glossary.
if (data.map) section('map', 'Map of sequences', data.about.map, body => {
    const how = el('select', { id: 'map-how', onchange: draw }, el('option', { value: 'umap' }, 'UMAP'), el('option', { value: 'pca' }, 'PCA'));
    const colour = el('select', { id: 'map-colour', onchange: draw }, el('option', { value: 'prediction' }, 'prediction of the task'), el('option', { value: 'label' }, 'label of the task'),
        ...data.units.map((u, i) => el('option', { value: 'u' + i }, label(i))));
    nameListeners.push(u => { colour.options[u + 2].textContent = label(u); });
    const holder = el('figure'), n = data.map.count, packed = {};
    const layer = (key, of) => packed[key] || (packed[key] = unpack(of));
    body.append(el('div', { class: 'tools' }, el('label', {}, 'Layout', how), el('label', {}, 'Colour', colour)), holder);
    function draw() {
        const umap = how.value === 'umap', xs = layer(how.value + 'x', data.map[how.value].x), ys = layer(how.value + 'y', data.map[how.value].y), o = shown.task;
        let values, title;
        if (colour.value === 'prediction') { const p = layer('p' + o, data.map.predictions[o]); values = i => p[i]; title = `prediction of ${data.tasks[o].name}`; }
        else if (colour.value === 'label') { const l = layer('l' + o, data.map.labels[o]); values = i => l[i]; title = `label of ${data.tasks[o].name}`; }
        else { const u = +colour.value.slice(1), v = layer(colour.value, data.map.outputs[u]); values = i => v[i]; title = `output of ${label(u)}`; }
        const [low, high] = extent(Array.from({ length: n }, (_, i) => values(i)));
        const axis = umap ? () => '' : k => `component ${k + 1} (${number(100 * data.map.explained[k], 2)} % of the variance)`;
        const { drawn, toX, toY } = plot({ width: 720, height: 520, x: extent(xs), y: extent(ys), xTitle: axis(0), yTitle: axis(1), bare: umap, label: `Map of ${n} sequences coloured by ${title}` });
        const shades = ['', '', '', '', '', '', ''], order = Array.from({ length: n }, (_, i) => i).sort((a, b) => (values(a) || 0) - (values(b) || 0));
        let missing = '';
        for (const i of order) {
            const v = values(i), d = `M${toX(xs[i]).toFixed(1)} ${toY(ys[i]).toFixed(1)}h0`;
            if (!isFinite(v)) missing += d;
            else shades[Math.round((v - low) / ((high - low) || 1) * 6)] += d;
        }
        const dots = { 'stroke-width': 4.5, 'stroke-linecap': 'round', fill: 'none' };
        drawn.append(svg('path', { ...dots, stroke: 'var(--rule)', 'stroke-width': 3, d: missing }), ...shades.map((d, k) => svg('path', { ...dots, stroke: `color-mix(in oklab, var(--up) ${Math.round(k / 6 * 100)}%, var(--rule))`, 'stroke-opacity': 0.85, d })));
        drawn.addEventListener('pointermove', event => {
            const [x, y] = place(drawn, event);
            let best = -1, least = 64;
            for (let i = 0; i < n; ++i) { const d = (toX(xs[i]) - x) ** 2 + (toY(ys[i]) - y) ** 2; if (d < least) { least = d; best = i; } }
            if (best < 0) tip.hide(); else tip.show(event, `${data.map.names[best]}\n${title}: ${number(values(best))}`);
        });
        drawn.addEventListener('pointerleave', tip.hide);
        holder.replaceChildren(el('figcaption', {}, `${count(n)} sequences, shade by the `, el('b', {}, title), `, from ${number(low)} (grey) to ${number(high)} (blue)`), drawn);
    }
    shown.listeners.push(draw);
    draw();
});

section('glossary', 'Glossary', null, body => {
    body.append(el('dl', { class: 'glossary' }, ...data.glossary.map(([word, meaning]) => [el('dt', {}, word), el('dd', {}, meaning)]).flat()));
});
)page";
inline constexpr std::string_view start = R"page(// Puts the page together: figures at the top, contents, sections, the file of names.
const start = () => {
    byId('lead').textContent = data.lead;
    byId('figures').append(...data.figures.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
    byId('task').append(...data.tasks.map((t, i) => el('option', { value: i }, t.name)));
    byId('task').value = String(shown.task);
    byId('task').addEventListener('change', event => show(+event.target.value));
    for (const s of sections) {
        s.element = el('section', { id: s.id, 'aria-labelledby': s.id + '-title' }, el('h2', { id: s.id + '-title' }, s.title), s.about ? el('p', { class: 'about' }, s.about) : null);
        s.link = el('a', { href: '#' + s.id, onclick: drawAll }, s.title);
        byId('main').append(s.element);
        byId('contents').append(el('li', {}, s.link));
    }
    byId('save-names').addEventListener('click', () => {
        const link = el('a', { href: URL.createObjectURL(new Blob([namesTable()], { type: 'text/tab-separated-values' })), download: 'names.tsv' });
        link.click();
        URL.revokeObjectURL(link.href);
        byId('names-state').textContent = 'names.tsv was saved.';
    });
    const inView = new IntersectionObserver(entries => {
        for (const e of entries) if (e.isIntersecting) for (const s of sections) {
            if (s.element === e.target) s.link.setAttribute('aria-current', 'true');
            else s.link.removeAttribute('aria-current');
        }
    }, { rootMargin: '-15% 0px -75% 0px' });
    sections.forEach(s => inView.observe(s.element));
    addEventListener('beforeprint', drawAll);
    if (location.hash) { drawAll(); const to = byId(decodeURIComponent(location.hash.slice(1))); if (to) to.scrollIntoView(); }
    sections.slice(0, 3).forEach(drawSection);
    const later = f => setTimeout(f, 0), next = () => {
        const s = sections.find(one => !one.drawn);
        if (!s) return document.documentElement.setAttribute('data-ready', '');
        drawSection(s);
        later(next);
    };
    addEventListener('load', () => later(next));
};
start();
)page";
/// All parts of the script, in their order.
inline constexpr std::array<std::string_view, 13> script{page, charts, logo, sections_run, sections_performance, sections_motifs, sections_refined, sections_contrasts, sections_weights, sections_changes, sections_examples, sections_map, start};

} // namespace explainn::EXPLAINN_ABI::detail::page_template
// clang-format on
