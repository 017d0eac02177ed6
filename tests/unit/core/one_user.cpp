// One thread at a time: a second thread is refused while the first has its turn, and only then.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>

#include <explainn/core/one_user.hpp>

using namespace explainn;

namespace {
/// The error that another thread gets when it takes a turn now.
std::string told(one_user& user)
{
    std::string what = "nothing";
    std::thread{[&] {
        try {
            one_user::turn const mine{user, "a thing"};
        } catch (error const& e) {
            what = e.what();
        }
    }}.join();
    return what;
}
char const* const refusal = "expected one thread at a time to use a thing, found two at once; give each "
                            "thread its own";
} // namespace

TEST_CASE("a second thread is refused for as long as the first is inside")
{
    one_user user;
    CHECK(told(user) == "nothing");
    {
        one_user::turn const outer{user, "a thing"};
        CHECK(told(user) == refusal);
        {
            one_user::turn const inner{user, "a thing"};
            CHECK(told(user) == refusal);
        }
        CHECK(told(user) == refusal);
    }
    CHECK(told(user) == "nothing");
}
TEST_CASE("who was inside when the process was forked is not in the child")
{
    one_user user;
    detail::fork_count();
    one_user::turn const in_parent{user, "a thing"};
    int status = -1;
    std::thread{[&] { // the child has only this thread
        pid_t const child = fork();
        if (child == 0) {
            try {
                one_user::turn const mine{user, "a thing"};
                _exit(0);
            } catch (error const&) {
                _exit(1);
            }
        }
        waitpid(child, &status, 0);
    }}
        .join();
    CHECK(status == 0);
    CHECK(told(user) == refusal);
}
