#!/usr/bin/env bash
# Puts namespace explainn of every header into an inline namespace named after the version, explainn::v0_1, so that two
# versions in one program keep apart. Run it after headers were added; headers that are in it stay as they are.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
part='[a-z_]+|EXPLAINN_BUILT_WITH'
find include backends -name '*.hpp' -print0 | xargs -0 sed -i -E \
    -e 's/^(\} \/\/ )?namespace explainn( \{)?$/\1namespace explainn::EXPLAINN_ABI\2/' \
    -e "s/^(\} \/\/ )?namespace explainn::(($part)(::($part))*)( \{)?\$/\1namespace explainn::EXPLAINN_ABI::\2\6/"
if ! grep -q 'define EXPLAINN_ABI' include/explainn/core/cpp20.hpp; then
    cat >>include/explainn/core/cpp20.hpp <<'EOF'

// The inline namespace of every name of the library: functions of two versions in one program keep apart,
// and where a type of one is handed to a function of the other the linker names both.
#ifndef EXPLAINN_ABI
#define EXPLAINN_ABI inline v0_2
#endif
EOF
    sed -i 's/^Before 1\.0 a minor version may change.*/Before 1.0 a minor version may change anything in the headers, so `find_package` takes a package of the same minor version. Every name/; s/^files that were compiled with different versions into one program.*/stands in an inline namespace of the minor version (`explainn::v0_1`): object files of two versions may be linked into one program, each works with its own, and where one hands a type to the other the linker names both./' docs/using.md
fi
