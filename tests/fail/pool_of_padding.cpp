// g++: a pool is padded by at most half its width, so that no cell is padding alone
// clang: a pool is padded by at most half its width, so that no cell is padding alone
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19>, max_pool<3, 1, 2>, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
