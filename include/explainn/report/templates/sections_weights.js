// The weights of the head as a heat map, importances as box plots, groups of redundant units.
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
