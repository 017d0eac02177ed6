"""Every header includes, itself or through headers of the project, what it uses of the standard library.

    python3 standard_includes.py FOLDER...         one line for each name whose header is not included; fails if there is one
    python3 standard_includes.py --headers         the headers that the table knows

Whether a compiler finds a name through some other header of its own library is chance. A name that the table does not have is an error, too.
"""
import os
import re
import sys

# the headers that declare a name, and names
TABLE = """
algorithm: adjacent_find all_of any_of binary_search clamp copy copy_backward copy_n count count_if equal equal_range fill fill_n find find_first_of find_if
algorithm: is_permutation is_sorted lower_bound max max_element min min_element minmax_element none_of nth_element partial_sort partition_point ranges replace
algorithm: reverse sort stable_sort swap_ranges transform unique upper_bound
array: array
atomic: atomic atomic_ref memory_order_acq_rel memory_order_acquire memory_order_relaxed memory_order_release
bit: bit_cast endian
charconv: chars_format from_chars to_chars
chrono: chrono
cmath: abs ceil cos erfc exp exp2 expm1 floor isfinite isinf isnan ldexp lgamma log log10 log1p log2 lround nanf nextafter pow round sqrt tanh trunc
concepts: convertible_to derived_from floating_point integral same_as invocable predicate
condition_variable: condition_variable
cstddef: byte ptrdiff_t size_t
cstdint: int16_t int32_t int64_t int8_t uint16_t uint32_t uint64_t uint8_t uintmax_t
cstdio: fclose fflush fopen fseek fwrite puts snprintf
cstdlib: getenv free
cstring: memchr memcpy memset strerror
cctype: isalnum isdigit tolower
csignal: signal
deque: deque
exception: current_exception exception_ptr rethrow_exception
filesystem: filesystem
fstream: ifstream
functional: function hash identity less
initializer_list: initializer_list
iostream: cerr cout
iterator array span string string_view vector: begin end size ssize
iterator: back_inserter
limits: numeric_limits
map: map
memory: make_shared make_unique shared_ptr unique_ptr weak_ptr
mutex: lock_guard mutex unique_lock
new: align_val_t
numbers: numbers
numeric: accumulate iota partial_sum
optional: nullopt optional
ostream iostream fstream sstream: endl flush
ostream iosfwd iostream fstream sstream: ostream
set: set
span: as_bytes span
stdexcept: runtime_error
string: getline string to_string
string_view: string_view string_view_literals
system_error charconv: errc
system_error filesystem: error_code
system_error: system_error
thread: this_thread thread
tuple: apply tie tuple tuple_size_v
type_traits: bool_constant conditional_t decay_t false_type integral_constant invoke_result_t is_const_v is_floating_point_v is_integral_v is_same_v
type_traits: is_trivially_copyable_v is_trivially_destructible_v remove_const_t remove_reference_t true_type type_identity type_identity_t
unordered_map: unordered_map
unordered_set: unordered_set
utility: as_const declval exchange forward index_sequence make_index_sequence move pair swap
variant: variant visit
vector string deque map set: erase erase_if
vector: vector
"""


def declared():
    """Of each name, the headers that declare it."""
    home = {}
    for line in TABLE.split("\n"):
        headers, _, names = line.partition(": ")
        for name in names.split():
            home.setdefault(name, set()).update(headers.split())
    return home


def read(folders):
    """Of each header, what it includes and what it uses of std."""
    includes, uses = {}, {}
    for root in folders:
        for folder, _, files in os.walk(root):
            for file in files:
                path = os.path.join(folder, file)
                if not file.endswith(".hpp"):
                    continue
                with open(path, encoding="utf-8") as f:
                    text = re.sub(r"//.*", "", f.read())
                name = os.path.relpath(path, root)
                includes[name] = re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.M)
                uses[name] = sorted(set(re.findall(r"\bstd::([a-z_0-9]+)", text)))
    return includes, uses


def main():
    home = declared()
    if sys.argv[1:] == ["--headers"]:
        print("\n".join(sorted(set().union(*home.values()))))
        return 0
    includes, uses = read(sys.argv[1:])

    def included(header, seen):
        for other in includes.get(header, []):
            if other not in seen:
                seen.add(other)
                included(other, seen)
        return seen

    found = 0
    for header in sorted(uses):
        here = included(header, set())
        for name in uses[header]:
            if name not in home:
                print(f"{header} uses std::{name}, which the table of tests/headers/standard_includes.py does not have")
            elif not home[name] & here:
                print(f"{header} uses std::{name} and does not include <{sorted(home[name])[0]}>")
            else:
                continue
            found += 1
    return found != 0


sys.exit(main())
