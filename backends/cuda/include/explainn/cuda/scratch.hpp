// Memory for what lies between the kernels of one op. It is used again by the next op, which the queue runs
// later, and it never moves, so that recorded work stays right.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include <explainn/cuda/runtime.hpp>

namespace explainn::EXPLAINN_ABI::cuda_detail {

/// Blocks of device memory that are handed out from front to back. An op that runs again is given the same
/// addresses, and nothing is allocated then.
template <class T>
class scratch_memory {
public:
    explicit scratch_memory(cuda_queue q) : queue_{q} {}
    scratch_memory(scratch_memory const&) = delete;
    scratch_memory& operator=(scratch_memory const&) = delete;
    ~scratch_memory()
    {
        for (auto const& b : blocks_) cuda_runtime<T>::release(queue_, b.data);
    }
    /// Bytes at an address that every type may have.
    std::byte* take(std::size_t bytes)
    {
        bytes = (bytes + alignment - 1) / alignment * alignment;
        while (at_ < blocks_.size() && blocks_[at_].size - used_ < bytes) ++at_, used_ = 0;
        if (at_ == blocks_.size()) {
            std::size_t const size = std::max(bytes, least_block);
            blocks_.push_back({static_cast<std::byte*>(cuda_runtime<T>::allocate(queue_, size)), size});
        }
        std::byte* const memory = blocks_[at_].data + used_;
        used_ += bytes;
        return memory;
    }

    /// What is taken while it lives is free again when it goes.
    class scope {
    public:
        explicit scope(scratch_memory& of) : of_{of}, at_{of.at_}, used_{of.used_} {}
        scope(scope const&) = delete;
        scope& operator=(scope const&) = delete;
        ~scope() { of_.at_ = at_, of_.used_ = used_; }
        /// n elements with any numbers in them.
        template <class X>
        X* make(std::size_t n) const
        {
            return reinterpret_cast<X*>(of_.take(n * sizeof(X)));
        }

    private:
        scratch_memory& of_;
        std::size_t at_, used_;
    };

private:
    static constexpr std::size_t alignment = 256, least_block = std::size_t{1} << 20;
    struct block {
        std::byte* data{};
        std::size_t size{};
    };
    cuda_queue queue_;
    std::vector<block> blocks_;
    std::size_t at_ = 0, used_ = 0;
};

} // namespace explainn::EXPLAINN_ABI::cuda_detail
