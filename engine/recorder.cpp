#include "engine/recorder.h"

namespace redouble {

void Recorder::add(Listener& listener, std::initializer_list<Kind> kinds) {
  std::uint32_t wanted = 0;
  for (const Kind kind : kinds) wanted |= bit(kind);
  listeners_.push_back({&listener, wanted});
  wanted_ |= wanted;
}

void Recorder::remove(Listener& listener) {
  std::erase_if(listeners_, [&](const Place& place) { return place.listener == &listener; });
  wanted_ = 0;
  for (const Place& place : listeners_) wanted_ |= place.kinds;
}

void Recorder::record(const Happening& happening) {
  for (const Place& place : listeners_)
    if ((place.kinds & bit(happening.kind)) != 0) place.listener->happened(happening);
}

}  // namespace redouble
