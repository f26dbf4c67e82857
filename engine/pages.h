// Memory of big arrays. It comes from the system in whole pages and goes back piece by piece: a gigabyte that
// is given back at once is a pause of tens of milliseconds, and one that grows is not to be copied. Small
// arrays come from the allocator.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace redouble {

/// Zeros, or nullptr when there is no memory.
void* allocate_zeros(std::size_t bytes);
/// The same memory with more bytes, which are zeros; nullptr when there is none, and nothing has changed
/// then.
void* grow_zeros(void* memory, std::size_t bytes, std::size_t more);
/// What `allocate_zeros` gave for so many bytes; nullptr is fine.
void free_zeros(void* memory, std::size_t bytes);

/// How much of a big array is given back at once.
constexpr std::size_t kGivenBack = 256 * 1024;
/// The pages that lie in this part of an array are needed no more: they go back, and read as zeros. REQUIRES:
/// the array has `whole` bytes and is from `allocate_zeros`. False when it is not big: nothing is done then.
bool give_back(void* part, std::size_t bytes, std::size_t whole);

/// A vector whose memory is that: it grows without a copy once it is big, and what is popped goes back.
template <class T>
class PagedVector {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  PagedVector() = default;
  PagedVector(const PagedVector& other) { append(other); }
  PagedVector& operator=(const PagedVector& other) {
    PagedVector copy(other);
    swap(copy);
    return *this;
  }
  ~PagedVector() { free_zeros(items_, capacity_ * sizeof(T)); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return items_[i]; }
  const T& operator[](std::size_t i) const { return items_[i]; }
  const T& front() const { return items_[0]; }
  const T& back() const { return items_[size_ - 1]; }

  /// After this, push_back cannot fail.
  void make_room_for_one() {
    if (size_ == capacity_) reserve(std::max(capacity_ * 2, std::size_t{4}));
  }
  void push_back(const T& item) {
    make_room_for_one();
    items_[size_++] = item;
  }
  void pop_back() {
    constexpr std::size_t kPiece = kGivenBack / sizeof(T);
    if (--size_ % kPiece == 0) shed();
  }
  void swap(PagedVector& other) noexcept {
    std::swap(items_, other.items_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  void reserve(std::size_t capacity) {
    auto* items = static_cast<T*>(grow_zeros(items_, capacity_ * sizeof(T), capacity * sizeof(T)));
    if (items == nullptr) throw std::bad_alloc();
    items_ = items;
    capacity_ = capacity;
  }
  void append(const PagedVector& other) {
    if (other.empty()) return;
    reserve(other.size_);
    std::memcpy(items_, other.items_, other.size_ * sizeof(T));
    size_ = other.size_;
  }
  // The whole pages behind the last item, but for some room to grow.
  void shed() {
    constexpr std::size_t kPage = 4096;
    const std::size_t from = (size_ * sizeof(T) + kGivenBack + kPage - 1) / kPage * kPage;
    const std::size_t whole = capacity_ * sizeof(T);
    if (from < whole)
      give_back(reinterpret_cast<char*>(items_) + from, std::min(whole - from, kGivenBack + kPage), whole);
  }

  T* items_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace redouble
