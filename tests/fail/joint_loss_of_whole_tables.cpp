// both: the losses of a joint_loss use the columns of a call, and say so: `static constexpr bool takes_columns = true`, as every host_loss
#include <explainn/reference.hpp>
#include <explainn/train/joint_loss.hpp>
using namespace explainn;
struct of_all_columns {
    template <backend B>
    void operator()(B&, loss_call<typename B::scalar> const&) const {}
};
joint_loss both{{8, 2}, bce_with_logits{}, of_all_columns{}};
int main() {}
