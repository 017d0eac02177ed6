// Refined motifs: what units' motifs became when they were fitted to the shown task, beside what they were.
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
