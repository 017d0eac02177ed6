// The map of sequences by their unit outputs, coloured by label, prediction or one unit; the glossary.
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
