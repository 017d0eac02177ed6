// What a model's filters look for and how much they say about each task, with a word where there is nothing
// to look at.
#pragma once
#include <iostream>

#include <explainn/interpret/model_insight.hpp>

namespace tf_binding {
namespace ex = explainn;

/// Looks into every bank with the given rows, on the strands that the model reads. Throws error as
/// look_into_all.
template <ex::backend B, ex::labelled_sequences Data>
ex::model_insight look(ex::basic_model<B>& m, ex::part<Data> const& p)
{
    if (p.rows.empty())
        std::cerr << "note: no sequence to read motifs from; motifs stay empty and importances nan\n";
    return ex::look_into_all(m, p);
}

} // namespace tf_binding
