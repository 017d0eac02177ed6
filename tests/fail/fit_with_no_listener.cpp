// g++: a listener is called with batch_done or epoch_done, and this one takes neither
// clang: a listener is called with batch_done or epoch_done, and this one takes neither
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct data {
    std::size_t size() const;
    std::size_t length() const;
    std::size_t outputs() const;
    void letters_of(std::size_t, std::span<letter>) const;
    void labels_of(std::size_t, std::span<float>) const;
    bool has_n(std::size_t) const;
};
void f(basic_model<reference<float>>& m, part<data> const& p)
{
    trainer t{m, adam{}, bce_with_logits{}, training{}};
    t.fit(p, p, [](int) {});
}
int main() {}
