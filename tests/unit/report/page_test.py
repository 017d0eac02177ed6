# Drives report pages in a headless Chromium: page_test.py FILE... checks each; --save-names FILE OUT edits a name and
# keeps what the page saves.
import os
import sys

from browser import Browser

failed = []


def expect(what, found, wanted):
    if found != wanted:
        failed.append(f"{what}: expected {wanted!r}, found {found!r}")


def check(file):
    size = os.path.getsize(file)
    b = Browser()
    seconds = b.open(file)
    expect(file + ": console errors", b.complaints(), [])
    expect(file + ": requests", b.requests(), [])
    expect(file + ": smaller than 5 MB", size < 5e6, True)
    expect(f"{file}: load event within a second ({seconds:.2f} s)", seconds < 1, True)
    for element in ("run", "checks", "training", "performance", "motifs", "refined", "weights", "importances", "groups", "removed", "shapes", "pairs", "examples", "map", "glossary"):
        expect(f"{file}: section {element} says something", b.run(f"(document.querySelector('section#{element} > div') || {{ childElementCount: 0 }}).childElementCount > 0"), True)
    b.run("document.documentElement.style.scrollBehavior = 'auto'; document.getElementById('motifs').scrollIntoView(); new Promise(f => setTimeout(f, 400))")
    for element in ("training", "performance", "motifs", "refined", "weights", "importances", "removed", "shapes", "pairs", "examples", "map"):
        expect(f"{file}: section {element} draws something", b.run(f"document.querySelectorAll('#{element} svg').length > 0"), True)
    # no text is markup, no number is broken
    expect(file + ": no undefined or NaN", b.run(r"/\bundefined\b|\bNaN\b|\[object/.test(document.body.innerText)"), False)
    expect(file + ": no broken path", b.run("[...document.querySelectorAll('path')].some(p => /NaN|undefined/.test(p.getAttribute('d')))"), False)
    expect(file + ": names are no markup", b.run("document.querySelectorAll('main b b, h1 b').length"), 0)

    # tables sort by a click on their head, and back
    column = "[...document.querySelectorAll('#tasks tbody tr')].map(r => parseFloat(r.lastChild.textContent)).filter(x => !isNaN(x))"
    for wanted in ("descending", "ascending"):
        b.run("[...document.querySelectorAll('#tasks th button')].pop().click()")
        values = b.run(column)
        expect(f"{file}: tasks {wanted}", values, sorted(values, reverse=wanted == "descending"))
        expect(f"{file}: the head says {wanted}", b.run("document.querySelector('#tasks th:last-child').getAttribute('aria-sort')"), wanted)
    expect(file + ": the focus stays on the head", b.run("document.activeElement === document.querySelector('#tasks th:last-child button')"), True)

    # another task: motifs, boxes, examples and curves follow
    last = b.run("document.getElementById('task').options.length - 1")
    name = b.run(f"document.getElementById('task').options[{last}].textContent")
    b.run(f"(s => {{ s.value = '{last}'; s.dispatchEvent(new Event('change')); }})(document.getElementById('task'))")
    expect(file + ": curves of the task", b.run("document.getElementById('curves-title').textContent"), name)
    expect(file + ": boxes of the task", b.run("document.querySelector('#importances figcaption b').textContent"), name)

    expect(file + ": units taken out of the task", b.run("document.querySelector('#removed figcaption b').textContent.endsWith(' of ' + document.getElementById('task').selectedOptions[0].textContent)"), True)
    expect(file + ": pairs of the task", name in b.run("document.getElementById('pair-strongest').textContent"), True)
    expect(file + ": shapes of the task", b.run("document.querySelector('#shapes svg').getAttribute('aria-label')").split(", by")[0].endswith(" adds to " + name), True)

    # motifs: sorted by hits, searched, filtered
    def choose(element, value):
        b.run(f"(s => {{ s.value = '{value}'; s.dispatchEvent(new Event('change')); }})(document.getElementById('{element}'))")

    listed = "[...document.querySelectorAll('#motif-list .motif')].map(e => e.dataset.unit)"
    data = "JSON.parse(document.getElementById('data').textContent)"
    effects = dict(b.run(f"(d => d.units.map((u, i) => [u.id, d.effects[i * d.tasks.length + {last}]]))({data})"))
    sizes = [-1 if effects[u] is None else abs(effects[u]) for u in b.run(listed)]
    expect(file + ": motifs stand by the size of their effects", sizes, sorted(sizes, reverse=True))
    hits = dict(b.run(f"{data}.units.map(u => [u.id, u.hits])"))
    choose("motif-sort", "hits")
    shown = [hits[u] for u in b.run(listed)]
    expect(file + ": motifs by hits", shown, sorted(shown, reverse=True))
    expect(file + ": some motifs are listed", len(shown) > 0, True)
    choose("motif-only", "lower")
    expect(file + ": only lowering ones", all(effects[u] < 0 for u in b.run(listed)), True)
    choose("motif-only", "all")
    first = b.run(listed)[0]
    b.run(f"(s => {{ s.value = '{first}'; s.dispatchEvent(new Event('input')); }})(document.getElementById('motif-search'))")
    expect(file + ": the searched unit is there", first in b.run(listed), True)
    expect(file + ": others are not", all(first in u for u in b.run(listed)), True)
    b.run("(s => { s.value = ''; s.dispatchEvent(new Event('input')); })(document.getElementById('motif-search'))")
    # units without a match or without a hit are folded, and say so
    folded = b.run("(d => { if (d.hidden) return ''; d.open = true; return d.querySelector('summary').textContent; })(document.getElementById('motif-weak'))")
    if folded:
        b.run("new Promise(f => setTimeout(f, 200))")
        expect(file + ": folded units open", b.run("document.querySelectorAll('#motif-weak .motif.weak').length > 0"), True)
        number = int(folded.split()[0].replace(",", ""))
        expect(file + ": as many as it says", b.run("document.querySelectorAll('#motif-weak .motif').length"), number)

    # a name that is edited shows everywhere, as text
    b.run("(i => { i.focus(); i.value = 'A <i>new</i> name'; i.dispatchEvent(new Event('change')); })(document.querySelector('#motif-list .name'))")
    expect(file + ": the name is in the menu of the map", b.run("[...document.querySelectorAll('#map-colour option')].some(o => o.textContent.includes('A <i>new</i> name'))"), True)
    expect(file + ": a name is no markup", b.run("document.querySelectorAll('main i i, text i, option i').length"), 0)
    choose("map-how", "pca")
    choose("map-colour", "label")
    expect(file + ": the map follows", b.run("document.querySelector('#map figcaption b').textContent.startsWith('label of')"), True)

    # the keyboard: the first Tab goes to the skip link, which leads to the report
    b.run("document.activeElement.blur(); scrollTo(0, 0)")
    expect(file + ": every control can be reached", b.run("[...document.querySelectorAll('button, select, input, a')].every(e => e.tabIndex >= 0)"), True)
    expect(file + ": every control has a name", b.run(
        "[...document.querySelectorAll('button, select, input')].filter(e => !(e.textContent || e.getAttribute('aria-label') || e.labels && e.labels.length)).length"), 0)
    expect(file + ": every drawing has a name", b.run("[...document.querySelectorAll('svg')].every(e => e.getAttribute('aria-label'))"), True)

    # printing draws everything, on paper colours
    pdf = b.call("Page.printToPDF")["data"]
    expect(file + ": a PDF comes out", len(pdf) > 20000, True)
    expect(file + ": every row is drawn for print", b.run("[...document.querySelectorAll('#motif-list .motif')].every(e => e.draw === null)"), True)
    expect(file + ": still no complaints", b.complaints(), [])
    expect(file + ": still no requests", b.requests(), [])
    memory = {m["name"]: m["value"] for m in b.call("Performance.getMetrics")["metrics"]}
    expect(f"{file}: memory of the page below 150 MB ({memory['JSHeapTotalSize'] / 1e6:.0f} MB)", memory["JSHeapTotalSize"] < 150e6, True)
    print(f"{file}: {size / 1e6:.2f} MB, load event after {seconds:.2f} s, {memory['JSHeapUsedSize'] / 1e6:.0f} MB of script memory")
    b.close()


def save_names(file, out):
    b = Browser()
    b.open(file)
    b.run("""window.saved = null; URL.createObjectURL = blob => { window.saved = blob; return 'blob:none'; };
        HTMLAnchorElement.prototype.click = function () { window.file = this.download; };
        (i => { i.value = ' MY OWN\\tNAME '; i.dispatchEvent(new Event('change')); })(document.querySelector('#motif-list .name'))""")
    b.run("document.getElementById('save-names').click()")
    expect("the file's name", b.run("window.file"), "names.tsv")
    text = b.run("window.saved.text()")
    expect("the header", text.split("\n")[0], "unit\tname")
    expect("the name, its blanks cleaned", "\tMY OWN NAME\n" in text, True)
    with open(out, "w") as to:
        to.write(text)
    b.close()


if sys.argv[1] == "--save-names":
    save_names(sys.argv[2], sys.argv[3])
else:
    for name in sys.argv[1:]:
        check(name)
for line in failed:
    print("FAILED:", line)
sys.exit(bool(failed))
