// A growable byte queue: written at the end, consumed from the front, never zero-filled.
// Invariant: begin_ <= end_ <= capacity. Memory past kKeep is given back when the queue runs empty.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace redouble {

class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }
  const char* data() const { return data_ + begin_; }
  char* data() { return data_ + begin_; }
  std::string_view view() const { return {data_ + begin_, size()}; }

  /// Room for at least `n` more bytes at the end; write there, then `commit`. Invalidates views.
  char* reserve(std::size_t n) {
    if (capacity_ - end_ < n) [[unlikely]]
      grow(n);
    return data_ + end_;
  }
  void commit(std::size_t n) { end_ += n; }
  /// The same without room to spare, for buffers that must stay small.
  char* reserve_exactly(std::size_t n) {
    if (capacity_ - end_ < n) move_to(size() + n);
    return data_ + end_;
  }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
    end_ += bytes.size();
  }
  void append(char byte) {
    *reserve(1) = byte;
    ++end_;
  }

  /// Drops `n` bytes from the front.
  void consume(std::size_t n) {
    begin_ += n;
    if (begin_ == end_) clear();
  }
  /// Keeps the first `n` bytes.
  void truncate(std::size_t n) { end_ = begin_ + n; }
  void clear() {
    begin_ = end_ = 0;
    if (capacity_ > kKeep) release();
  }
  void release() {
    std::free(data_);
    data_ = nullptr;
    begin_ = end_ = capacity_ = 0;
  }
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  static constexpr std::size_t kKeep = 64 * 1024;

  [[gnu::noinline]] void grow(std::size_t n) {
    if (begin_ > 0 && begin_ >= size() && capacity_ - size() >= n) {
      std::memmove(data_, data_ + begin_, size());
    } else {
      std::size_t wanted = size() + n;
      std::size_t next = capacity_ < 256 ? 256 : capacity_ * 2;
      if (next < wanted) next = wanted;
      return move_to(next);
    }
    end_ -= begin_;
    begin_ = 0;
  }

  void move_to(std::size_t capacity) {
    auto* fresh = static_cast<char*>(std::malloc(capacity));
    if (fresh == nullptr) throw std::bad_alloc();
    if (size() > 0) std::memcpy(fresh, data_ + begin_, size());
    std::free(data_);
    data_ = fresh;
    capacity_ = capacity;
    end_ -= begin_;
    begin_ = 0;
  }

  char* data_ = nullptr;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace redouble
