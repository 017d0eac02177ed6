#!/usr/bin/env bash
# Puts namespace explainn of every header into the inline namespace named after the version (EXPLAINN_ABI in
# explainn/core/cpp20.hpp), so that two versions in one program keep apart. Run it after headers were added; headers that
# are in it stay as they are.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
part='[a-z_]+|EXPLAINN_BUILT_WITH'
find include backends -name '*.hpp' -print0 | xargs -0 sed -i -E \
    -e 's/^(\} \/\/ )?namespace explainn( \{)?$/\1namespace explainn::EXPLAINN_ABI\2/' \
    -e "s/^(\} \/\/ )?namespace explainn::(($part)(::($part))*)( \{)?\$/\1namespace explainn::EXPLAINN_ABI::\2\6/"
