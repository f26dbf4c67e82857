// The code under test of the Catch2 and GoogleTest consumers: a cache in front of something slow. It takes
// the function that sends a command, as a user's would take a client.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

class ProductCache {
 public:
  using Send = std::function<std::optional<std::string>(std::initializer_list<std::string_view>)>;
  using Load = std::function<std::string(const std::string& id)>;

  ProductCache(Send send, Load load) : send_(std::move(send)), load_(std::move(load)) {}

  std::string product(const std::string& id) {
    const std::string key = "product:" + id;
    if (auto known = send_({"GET", key})) return *known;
    std::string loaded = load_(id);
    send_({"SET", key, loaded, "EX", "300"});
    return loaded;
  }

 private:
  Send send_;
  Load load_;
};
