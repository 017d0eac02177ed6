// Motifs that tell groups of tasks apart, such as the lineages of cell types.
if (data.contrasts.length > 0) section('contrasts', 'Motifs by group', data.about.contrasts, body => {
    for (const c of data.contrasts) {
        body.append(el('h3', {}, `${c.group} against ${c.against}`));
        if (c.units.length === 0) body.append(el('p', { class: 'empty' }, `No motif speaks for ${c.group}.`));
        const most = Math.max(...c.units.flatMap(x => [Math.abs(x.here), Math.abs(x.there)]));
        body.append(...c.units.map(x => {
            const unit = data.units[x.unit], name = el('b', {}), fill = () => name.replaceChildren(label(x.unit));
            nameListeners.push(fill);
            fill();
            return el('div', { class: 'group' }, el('div', {}, el('p', {}, name), el('p', { class: 'members' }, `${unit.id}, hits in ${number(100 * x.share, 2)} % of the sequences, gain ${signed(x.gain)}`)),
                logo(columnsOf(unit.p), { label: `Logo of ${unit.id}, which speaks for ${c.group}` }),
                signedBars([{ name: c.group, value: x.here }, { name: c.against, value: x.there }], { label: `What a hit of ${unit.id} adds to ${c.group} and to ${c.against}`, most }));
        }));
    }
});
