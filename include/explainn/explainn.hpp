// What a first program needs: data from files, a network, its training, its measures and its motifs.
#pragma once

#include <explainn/core/version.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/split.hpp>
#include <explainn/model/model.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/evaluate.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/progress.hpp>
#include <explainn/train/trainer.hpp>

// the backends that the target provides: explainn::cpu provides both, explainn::core none
#if __has_include(<explainn/cpu.hpp>)
#include <explainn/cpu.hpp>
#elif __has_include(<explainn/reference.hpp>)
#include <explainn/reference.hpp>
#endif
