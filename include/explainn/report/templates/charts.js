// Charts: axes, lines, histograms, bars with a sign, cells in few colours.
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
