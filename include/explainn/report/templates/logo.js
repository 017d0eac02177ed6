// Logos: letters as outlines that are scaled into one path a letter.
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
