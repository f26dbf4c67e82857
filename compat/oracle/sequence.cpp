// Implementation of sequence.h.
#include "sequence.h"

namespace redouble::oracle {

std::string as_case(const Sequence& sequence) {
  std::string text = "@resp " + std::to_string(sequence.resp) + "\n";
  for (const auto& step : sequence.steps) {
    for (const auto& annotation : annotations(step.rule)) text += "~ " + annotation + "\n";
    text += static_cast<char>('a' + step.connection);
    text += "> " + join_words(step.argv) + "\n";
  }
  return text;
}

}  // namespace redouble::oracle
