// How good the model is: measures by task, ROC, precision-recall and reliability curves, predictions against labels.
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
