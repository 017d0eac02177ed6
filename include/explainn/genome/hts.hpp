// What the readers and writers that use htslib share (CMake: explainn::hts).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<htslib/hts.h>)
#include <htslib/bgzf.h>
#include <htslib/hts.h>
#include <htslib/hts_log.h>

#include <memory>

namespace explainn::EXPLAINN_ABI::detail {

/// Keeps htslib from printing its own messages on standard error; the library throws exceptions instead.
class quiet_hts {
public:
    quiet_hts() : before_{hts_get_log_level()} { hts_set_log_level(HTS_LOG_OFF); }
    quiet_hts(quiet_hts const&) = delete;
    quiet_hts& operator=(quiet_hts const&) = delete;
    ~quiet_hts() { hts_set_log_level(before_); }

private:
    htsLogLevel before_;
};

struct bgzf_closer {
    void operator()(BGZF* file) const { bgzf_close(file); }
};
using bgzf_handle = std::unique_ptr<BGZF, bgzf_closer>;

} // namespace explainn::EXPLAINN_ABI::detail
#endif
