// Sequences of the shown task, base by base: letters as high as what their change costs, units below, the sum beside.
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
