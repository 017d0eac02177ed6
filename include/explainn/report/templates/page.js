// What every section of the page is made with: the data, elements, numbers as text, the task that is shown.
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
