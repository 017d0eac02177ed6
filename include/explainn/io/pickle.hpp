// Python pickles as plain data: nothing is ever called, and anything that a state dict does not need is
// refused.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/binary_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A value of a pickle; the values that it contains are given by their numbers.
struct pickle_value {
    /// What the value is; `call` is a call that was noted but not made, `persistent` an object stored beside
    /// the pickle.
    enum class kind { none, truth, integer, real, text, tuple, list, dict, global, call, persistent };
    kind is = kind::none;   ///< which of the fields below count
    std::int64_t integer{}; ///< truth (0, 1) and integer
    double real{};          ///< real
    std::string text{};     ///< text; global and call: "module name"; integers of more than 8 bytes
    std::vector<std::uint32_t>
        items{}; ///< tuple, list; dict: key, value, ...; call: arguments; persistent: id
};

/// Reads a pickle by the opcodes of protocols 2 to 5 that torch.save uses for a checkpoint. A call (REDUCE,
/// NEWOBJ) is noted but not made; a state that would be set on the result of a call (BUILD) is skipped; and
/// only `known` names ("module name") may occur at all. Throws error for other names and opcodes, for a
/// pickle that ends early, and for more than 262,144 values.
///
///     pickle const p{bytes, {"collections OrderedDict"}};
///     p[p.root()].is == pickle_value::kind::dict;
class pickle {
public:
    /// A short name for the kinds of values.
    using kind = pickle_value::kind;

    /// Reads up to the first STOP.
    pickle(std::span<std::byte const> bytes, std::vector<std::string_view> known)
        : bytes_{bytes}, known_{std::move(known)}
    {
        values_.resize(3); // None, False and True, which are shared
        values_[1] = {.is = kind::truth, .integer = 0};
        values_[2] = {.is = kind::truth, .integer = 1};
        while (step()) {}
        root_ = pop();
    }
    /// The number of the value that the whole pickle stands for.
    std::uint32_t root() const { return root_; }
    /// Value i.
    pickle_value const& operator[](std::uint32_t i) const { return values_[i]; }
    /// How many values there are.
    std::size_t size() const { return values_.size(); }
    /// How many bytes were read, up to and including the STOP.
    std::size_t used() const { return at_; }

private:
    static constexpr std::size_t most_values = 1u << 18;

    [[noreturn]] void refuse(std::string const& expected, std::string const& found) const
    {
        throw error{"expected " + expected + " in the pickle, found " + found + " at byte " +
                    std::to_string(at_)};
    }
    std::byte const* take(std::uint64_t count)
    {
        if (count > bytes_.size() - at_) refuse("more bytes", "its end");
        at_ += count;
        return bytes_.data() + (at_ - count);
    }
    template <std::size_t Bytes>
    std::uint64_t number()
    {
        return detail::little_endian<Bytes>(take(Bytes));
    }
    std::string characters(std::uint64_t count)
    {
        auto const* from = reinterpret_cast<char const*>(take(count));
        return {from, count};
    }
    std::string line()
    {
        std::size_t const begin = at_;
        while (*take(1) != std::byte{'\n'}) {}
        return {reinterpret_cast<char const*>(bytes_.data()) + begin, at_ - begin - 1};
    }
    void push(std::uint32_t value) { stack_.push_back(value); }
    void push(pickle_value value)
    {
        if (values_.size() == most_values) refuse("at most 262144 values", "more");
        values_.push_back(std::move(value));
        push(static_cast<std::uint32_t>(values_.size() - 1));
    }
    void push_integer(std::int64_t x) { push({.is = kind::integer, .integer = x}); }
    std::uint32_t pop()
    {
        if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) refuse("a value", "an empty stack");
        std::uint32_t const top = stack_.back();
        stack_.pop_back();
        return top;
    }
    std::vector<std::uint32_t> pop(std::size_t count)
    {
        std::vector<std::uint32_t> out(count);
        for (std::size_t i = count; i > 0; --i) out[i - 1] = pop();
        return out;
    }
    std::vector<std::uint32_t> pop_to_mark()
    {
        if (marks_.empty()) refuse("a mark", "none");
        auto const begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        marks_.pop_back();
        std::vector<std::uint32_t> out(begin, stack_.end());
        stack_.erase(begin, stack_.end());
        return out;
    }
    void extend_top(kind is, std::vector<std::uint32_t> const& items)
    {
        std::uint32_t const top = pop();
        push(top);
        if (values_[top].is != is) refuse(is == kind::list ? "a list" : "a dict", "another value");
        if (is == kind::dict && items.size() % 2 != 0) refuse("keys with values", "a key alone");
        values_[top].items.insert(values_[top].items.end(), items.begin(), items.end());
    }
    void memoize(std::uint32_t slot)
    {
        std::uint32_t const top = pop();
        push(top);
        memo_[slot] = top;
    }
    void recall(std::uint32_t slot)
    {
        auto const found = memo_.find(slot);
        if (found == memo_.end()) refuse("a known memo", std::to_string(slot));
        push(found->second);
    }
    void push_global(std::string const& name)
    {
        for (std::string_view const good : known_)
            if (name == good) return push({.is = kind::global, .text = name});
        refuse("tensors and nothing else", "the name " + in_quotes(name));
    }
    void push_long(std::size_t count)
    {
        auto const* from = take(count);
        if (count > 8)
            return push(
                {.is = kind::integer, .text = std::string(reinterpret_cast<char const*>(from), count)});
        std::uint64_t x = 0;
        for (std::size_t i = count; i > 0; --i) x = x << 8 | static_cast<std::uint64_t>(from[i - 1]);
        bool const negative = count > 0 && count < 8 && (from[count - 1] & std::byte{0x80}) != std::byte{0};
        push_integer(static_cast<std::int64_t>(negative ? x | ~std::uint64_t{0} << 8 * count : x));
    }
    void reduce()
    {
        std::uint32_t const arguments = pop(), function = pop();
        if (values_[function].is != kind::global || values_[arguments].is != kind::tuple)
            refuse("a call of a known name", "another");
        if (values_[function].text != "collections OrderedDict")
            return push(
                {.is = kind::call, .text = values_[function].text, .items = values_[arguments].items});
        if (!values_[arguments].items.empty()) refuse("an empty OrderedDict to fill", "arguments");
        push({.is = kind::dict});
    }
    // makes a value for an object of this class, which is not created: its arguments are noted as those of a
    // call
    void new_object(int code, std::uint32_t class_of, std::uint32_t arguments)
    {
        if (values_[class_of].is != kind::global)
            refuse("the opcodes of a state dict", "opcode " + std::to_string(code));
        if (values_[arguments].is != kind::tuple) refuse("a call of a known name", "another");
        push({.is = kind::call, .text = values_[class_of].text, .items = values_[arguments].items});
    }
    // a state is not needed: on a dict it is PyTorch's _metadata; a call that was not made has no object to
    // set it on
    void build()
    {
        std::uint32_t const state = pop(), object = pop();
        bool const on_dict = values_[object].is == kind::dict &&
                             (values_[state].is == kind::dict || values_[state].is == kind::none);
        if (!on_dict && values_[object].is != kind::call) refuse("the state of a dict", "another");
        push(object);
    }
    // items for a dict of another class (defaultdict) are skipped, because that dict was not created
    void set_items(std::vector<std::uint32_t> const& items)
    {
        std::uint32_t const top = pop();
        push(top);
        if (values_[top].is != kind::call) extend_top(kind::dict, items);
    }
    // executes one opcode; returns false after STOP
    bool step()
    {
        auto const code = static_cast<unsigned char>(*take(1));
        switch (code) {
        case 0x80: // PROTO
            if (number<1>() > 5) refuse("protocol 2 to 5", "a later one");
            break;
        case 0x95:
            take(8);
            break; // FRAME
        case '.':
            return false;
        case '(':
            marks_.push_back(stack_.size());
            break;
        case 'N':
            push(0u);
            break;
        case 0x89:
            push(1u);
            break;
        case 0x88:
            push(2u);
            break;
        case 'J':
            push_integer(static_cast<std::int32_t>(number<4>()));
            break;
        case 'K':
            push_integer(static_cast<std::int64_t>(number<1>()));
            break;
        case 'M':
            push_integer(static_cast<std::int64_t>(number<2>()));
            break;
        case 0x8a:
            push_long(number<1>());
            break;
        case 'G': {
            std::uint64_t bits = 0;
            auto const* from = take(8);
            for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | static_cast<std::uint64_t>(from[i]);
            push({.is = kind::real, .real = std::bit_cast<double>(bits)});
            break;
        }
        case 'X':
        case 'B': // BINBYTES
        case 'T': // BINSTRING
            push({.is = kind::text, .text = characters(number<4>())});
            break;
        case 0x8d: // BINUNICODE8
        case 0x8e: // BINBYTES8
            push({.is = kind::text, .text = characters(number<8>())});
            break;
        case 0x8c:
        case 'C': // SHORT_BINBYTES
        case 'U':
            push({.is = kind::text, .text = characters(number<1>())});
            break;
        case ')':
            push({.is = kind::tuple});
            break;
        case 't':
            push({.is = kind::tuple, .items = pop_to_mark()});
            break;
        case 0x85:
            push({.is = kind::tuple, .items = pop(1)});
            break;
        case 0x86:
            push({.is = kind::tuple, .items = pop(2)});
            break;
        case 0x87:
            push({.is = kind::tuple, .items = pop(3)});
            break;
        case ']':
        case 0x8f: // EMPTY_SET
            push({.is = kind::list});
            break;
        case 0x91: // FROZENSET
            push({.is = kind::list, .items = pop_to_mark()});
            break;
        case 'a':
            extend_top(kind::list, pop(1));
            break;
        case 'e':
        case 0x90: // ADDITEMS
            extend_top(kind::list, pop_to_mark());
            break;
        case '}':
            push({.is = kind::dict});
            break;
        case 's':
            set_items(pop(2));
            break;
        case 'u':
            set_items(pop_to_mark());
            break;
        case 'q':
            memoize(static_cast<std::uint32_t>(number<1>()));
            break;
        case 'r':
            memoize(static_cast<std::uint32_t>(number<4>()));
            break;
        case 0x94:
            memoize(static_cast<std::uint32_t>(memo_.size()));
            break;
        case 'h':
            recall(static_cast<std::uint32_t>(number<1>()));
            break;
        case 'j':
            recall(static_cast<std::uint32_t>(number<4>()));
            break;
        case 'c': {
            std::string const module = line();
            push_global(module + " " + line());
            break;
        }
        case 0x93: { // STACK_GLOBAL
            auto const names = pop(2);
            if (values_[names[0]].is != kind::text || values_[names[1]].is != kind::text)
                refuse("a name", "another value");
            push_global(values_[names[0]].text + " " + values_[names[1]].text);
            break;
        }
        case 'R':
            reduce();
            break;
        case 0x81: { // NEWOBJ
            std::uint32_t const arguments = pop(), class_of = pop();
            new_object(code, class_of, arguments);
            break;
        }
        case '0': // POP
            pop();
            break;
        case 'b':
            build();
            break;
        case 'Q':
            push({.is = kind::persistent, .items = pop(1)});
            break;
        default:
            refuse("the opcodes of a state dict", "opcode " + std::to_string(code));
        }
        return true;
    }

    std::span<std::byte const> bytes_;
    std::vector<std::string_view> known_;
    std::size_t at_{};
    std::vector<pickle_value> values_;
    std::vector<std::uint32_t> stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint32_t, std::uint32_t> memo_;
    std::uint32_t root_{};
};

} // namespace explainn::EXPLAINN_ABI
