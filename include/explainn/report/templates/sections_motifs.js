// Motifs: one row a unit, sorted, filtered and searched; names can be edited.
const weak = u => !data.units[u].matches.some(m => m.q <= data.settings.q);
const ofSignals = u => data.units[u].signals === true; // such a unit has no motif and no hits
const dead = u => data.units[u].hits === 0 && !ofSignals(u);
const hasMotif = u => !dead(u) && !ofSignals(u);

section('motifs', 'Motifs', data.about.motifs, body => {
    const search = el('input', { type: 'search', id: 'motif-search', placeholder: 'name, match or unit', oninput: fill });
    const sort = el('select', { id: 'motif-sort', onchange: fill }, ...[['effect', 'size of effect'], ['up', 'effect, raising first'], ['down', 'effect, lowering first'], ['importance', 'size of importance'],
        ['weight', 'size of weight'], ['hits', 'hits'], ['q', 'q of the match'], ['unit', 'number of the unit']].map(([value, text]) => el('option', { value }, text)));
    const only = el('select', { id: 'motif-only', onchange: fill }, ...[['all', 'any effect'], ['raise', 'raising the task'], ['lower', 'lowering the task']].map(([value, text]) => el('option', { value }, text)));
    const total = el('output', { id: 'motif-count' }), strong = el('div', { id: 'motif-list' });
    const faint = el('div'), summary = el('summary'), fold = el('details', { id: 'motif-weak' }, summary, faint);
    fold.addEventListener('toggle', () => { if (fold.open && !faint.firstChild) faint.append(...folded.map(row)); });
    let folded = [];
    body.append(el('div', { class: 'tools' }, el('label', {}, 'Search', search), el('label', {}, 'Sort by', sort), el('label', {}, 'Show', only), total),
        el('p', { class: 'key' }, el('span', {}, el('i', { class: 'up' }), 'effect that raises the task'), el('span', {}, el('i', { class: 'down' }), 'effect that lowers it'), el('span', {}, el('i', { class: 'tick' }), 'weight in the head; both on a scale of their own in each row')), strong, fold);

    const direction = u => effect(u, shown.task) || importance(u, shown.task);
    const value = (u, key) => {
        const o = shown.task, i = importance(u, o), e = effect(u, o);
        switch (key) {
        case 'effect': return e === null ? -1 : Math.abs(e);
        case 'up': return e === null ? -Infinity : e;
        case 'down': return e === null ? -Infinity : -e;
        case 'importance': return i === null ? -1 : Math.abs(i);
        case 'weight': return Math.abs(weight(u, o));
        case 'hits': return data.units[u].hits;
        case 'q': return -(data.units[u].matches[0] ? data.units[u].matches[0].q : 2);
        default: return -u;
        }
    };
    function fill() {
        const wanted = search.value.trim().toLowerCase();
        const text = u => [names[u], data.units[u].id, ...data.units[u].matches.map(m => `${m.name} ${m.id}`)].join(' ').toLowerCase();
        const chosen = data.units.map((_, u) => u).filter(u => (!wanted || text(u).includes(wanted)) &&
            (only.value === 'all' || (only.value === 'raise' ? direction(u) > 0 : direction(u) < 0)));
        chosen.sort((a, b) => value(b, sort.value) - value(a, sort.value) || byEffect(shown.task)(a, b));
        const first = chosen.filter(u => ofSignals(u) || !(data.settings.compared ? weak(u) : dead(u)));
        folded = chosen.filter(u => !first.includes(u));
        strong.replaceChildren(...first.map(row));
        faint.replaceChildren();
        summary.textContent = data.settings.compared ? `${several(folded.length, 'unit', 'units')} without a match of q ≤ ${data.settings.q} in ${data.settings.collection}` : `${several(folded.length, 'unit', 'units')} without a hit`;
        fold.hidden = folded.length === 0;
        if (fold.open) faint.append(...folded.map(row));
        total.textContent = `${count(chosen.length)} of ${several(units, 'unit', 'units')}`;
    }
    function row(u) {
        const unit = data.units[u], input = el('input', { class: 'name', value: names[u], placeholder: unit.id, 'aria-label': `Name of ${unit.id}`, spellcheck: 'false',
            onchange: event => rename(u, event.target.value) });
        const best = unit.matches[0];
        const about = el('div', {}, input, el('p', {}, unit.id, unit.group !== null ? `, group ${unit.group + 1}` : ''),
            !data.settings.compared || ofSignals(u) ? '' : best ? el('p', {}, weak(u) ? 'nearest ' : 'like ', el('b', {}, best.name), best.id && best.id !== best.name ? ` ${best.id}` : '', `, q\u00a0${number(best.q, 2)}`) : el('p', {}, 'no match'),
            matched(u).length > 1 ? el('p', {}, 'also ' + matched(u).slice(1).map(m => m.name).join(', ')) : '',
            unit.pair ? el('p', {}, 'Pair of ', el('b', {}, data.units[unit.pair[0]].id), ' and ', el('b', {}, data.units[unit.pair[1]].id), '.') : ofSignals(u) ? el('p', {}, el('b', {}, 'Reads signals'), ' and has no motif.') : dead(u) ? el('p', {}, el('b', {}, 'No window of these sequences is a hit.')) :
                el('p', {}, el('b', {}, count(unit.hits)), ` hits in ${several(unit.sequences, 'sequence', 'sequences')}`),
            dead(u) ? '' : el('p', {}, 'effect on ', cut(data.tasks[shown.task].name, 16), ' ', el('b', {}, signed(effect(u, shown.task))), `, importance ${signed(importance(u, shown.task))}`),
            !hasMotif(u) ? '' : el('p', {}, `${number(columnsOf(unit.p).reduce((s, c) => s + Math.max(0, bits(c)), 0), 3)} bits over ${unit.p.length / 4} positions`));
        const card = el('article', { class: `motif${data.settings.compared && weak(u) && !ofSignals(u) || dead(u) ? ' weak' : ''}`, 'data-unit': unit.id }, about);
        card.draw = () => {
            card.draw = null;
            const columns = columnsOf(unit.p), logos = el('div');
            for (const p of unit.pair || []) if (hasMotif(p)) logos.append(el('h4', {}, data.units[p].id), logo(columnsOf(data.units[p].p), { label: `Logo of ${data.units[p].id}, one of the pair ${unit.id}` }));
            if (hasMotif(u)) logos.append(el('h4', {}, 'forward'), logo(columns, { label: `Logo of ${unit.id}` }), el('h4', {}, 'reverse complement'), logo(reversed(columns), { label: `Logo of the reverse complement of ${unit.id}` }));
            const spread = el('div'), out = unit.outputs, w = weight(u, shown.task);
            if (hasMotif(u) && unit.positions.length) spread.append(el('h4', {}, 'position of the best hit'), histogram(unit.positions, { label: `Positions of the best hits of ${unit.id}`, ends: ['1', String(data.settings.length)] }));
            if (out.count > 0) spread.append(el('h4', {}, `contribution to ${cut(data.tasks[shown.task].name, 16)}`), histogram(w < 0 ? [...out.bins].reverse() : out.bins, { label: `Contributions of ${unit.id} to ${data.tasks[shown.task].name}`,
                kind: w < 0 ? 'down' : 'up', ends: [number(Math.min(w * out.least, w * out.most), 2), number(Math.max(w * out.least, w * out.most), 2)] }));
            const all = data.tasks.map((_, o) => o);
            const some = tasks <= 12 ? all : all.sort((a, b) => effectSize(u, b) - effectSize(u, a) || a - b).filter((o, i) => i < 10 || o === shown.task);
            const bars = el('div', {}, el('h4', {}, tasks <= 12 ? 'effect and weight by task' : 'effect and weight, strongest'),
                signedBars(some.map(o => ({ name: data.tasks[o].name, value: effect(u, o), tick: weight(u, o), chosen: o === shown.task })), { width: 244, labelWidth: 74, room: 44, label: `Effects and weights of ${unit.id} by task`, most: Math.max(...data.tasks.map((_, o) => effectSize(u, o))), mostTick: Math.max(...data.tasks.map((_, o) => Math.abs(weight(u, o)))) }));
            card.append(logos, spread, bars);
        };
        seen.observe(card);
        return card;
    }
    // a row's drawings are made when it comes near the window, or before printing
    const seen = new IntersectionObserver(entries => {
        for (const e of entries) if (e.isIntersecting) { seen.unobserve(e.target); if (e.target.draw) e.target.draw(); }
    }, { rootMargin: '900px' });
    addEventListener('beforeprint', () => document.querySelectorAll('.motif').forEach(card => card.draw && card.draw()));
    shown.listeners.push(fill);
    nameListeners.push(u => body.querySelectorAll(`.motif[data-unit="${CSS.escape(data.units[u].id)}"] .name`).forEach(input => { input.value = names[u]; }));
    fill();
});
