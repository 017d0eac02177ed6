#!/usr/bin/env bash
# The header that the library is built with holds the templates as they are now, and the check sees where it does not.
cd "$(dirname "${BASH_SOURCE[0]}")/../../.." || exit 1
templates=include/explainn/report/templates
bash $templates/embed.sh --check || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/report"
cp -r $templates "$scratch/report/"
cp include/explainn/report/page_template.hpp "$scratch/report/"
echo '/* changed */' >>"$scratch/report/templates/report.css"
bash "$scratch/report/templates/embed.sh" --check >/dev/null && { echo "the check does not see a changed template"; exit 1; }
bash "$scratch/report/templates/embed.sh" && bash "$scratch/report/templates/embed.sh" --check ||
    { echo "what was embedded is not what is checked"; exit 1; }
# nothing in them is loaded from elsewhere
grep -nE '(src|href)="?(https?:)?//|@import|url\(|fetch\(|XMLHttpRequest' $templates/*.{html,css,js} && { echo "a template loads something"; exit 1; }
exit 0
