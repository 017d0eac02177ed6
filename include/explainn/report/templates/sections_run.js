// The run, the judged checklist, the training curves.
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
