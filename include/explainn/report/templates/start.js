// Puts the page together: figures at the top, contents, sections, the file of names.
const start = () => {
    byId('lead').textContent = data.lead;
    byId('figures').append(...data.figures.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
    byId('task').append(...data.tasks.map((t, i) => el('option', { value: i }, t.name)));
    byId('task').value = String(shown.task);
    byId('task').addEventListener('change', event => show(+event.target.value));
    for (const s of sections) {
        s.element = el('section', { id: s.id, 'aria-labelledby': s.id + '-title' }, el('h2', { id: s.id + '-title' }, s.title), s.about ? el('p', { class: 'about' }, s.about) : null);
        s.link = el('a', { href: '#' + s.id, onclick: drawAll }, s.title);
        byId('main').append(s.element);
        byId('contents').append(el('li', {}, s.link));
    }
    byId('save-names').addEventListener('click', () => {
        const link = el('a', { href: URL.createObjectURL(new Blob([namesTable()], { type: 'text/tab-separated-values' })), download: 'names.tsv' });
        link.click();
        URL.revokeObjectURL(link.href);
        byId('names-state').textContent = 'names.tsv was saved.';
    });
    const inView = new IntersectionObserver(entries => {
        for (const e of entries) if (e.isIntersecting) for (const s of sections) {
            if (s.element === e.target) s.link.setAttribute('aria-current', 'true');
            else s.link.removeAttribute('aria-current');
        }
    }, { rootMargin: '-15% 0px -75% 0px' });
    sections.forEach(s => inView.observe(s.element));
    addEventListener('beforeprint', drawAll);
    if (location.hash) { drawAll(); const to = byId(decodeURIComponent(location.hash.slice(1))); if (to) to.scrollIntoView(); }
    sections.slice(0, 3).forEach(drawSection);
    const later = f => setTimeout(f, 0), next = () => {
        const s = sections.find(one => !one.drawn);
        if (!s) return document.documentElement.setAttribute('data-ready', '');
        drawSection(s);
        later(next);
    };
    addEventListener('load', () => later(next));
};
start();
