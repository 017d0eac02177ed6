// What changes when a unit is taken out, when a hit grows or moves, when two motifs come near each other.

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
