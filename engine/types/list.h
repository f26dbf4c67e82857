// Lists: a chain of nodes, each a listpack or, for an element past the packed threshold, one plain text. How
// much a node takes, and when nodes are split and merged, is as in redis-server 7.0.15's quicklist, since
// MEMORY USAGE, DEBUG OBJECT and DUMP show it. A list keeps the node limit (list-max-listpack-size) under
// which it was made. Both ends are reached at once; positions are walked to from the nearer end.
//
// A cursor is good until the next mutation, but for those that mutations return.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/object.h"
#include "engine/types/listpack.h"
#include "engine/types/small_or_table.h"

namespace redouble {

/// An element to look for, compared as Redis compares: a packed number by its value, a text by its bytes.
class Needle {
 public:
  explicit Needle(std::string_view text);
  bool matches(const Listpack::Item& item) const {
    return item.is_number ? number_ == item.number : item.text == text_;
  }

 private:
  std::string_view text_;
  std::optional<std::int64_t> number_;
};

class ListValue final : public SharedObject {
  struct Node;

 public:
  static constexpr Type kType = Type::list;
  /// Elements of this size and larger get a node of their own, unless DEBUG QUICKLIST-PACKED-THRESHOLD says
  /// otherwise.
  static constexpr std::size_t kPlainFrom = std::size_t{1} << 30;
  enum class End : std::uint8_t { left, right };

  /// `limit` is list-max-listpack-size: at most that many elements a node, or (negative) a size class.
  explicit ListValue(std::int64_t limit);
  ListValue(const ListValue& other);
  ~ListValue() override;

  Encoding encoding() const override { return Encoding::quicklist; }
  std::size_t size() const override { return size_; }
  std::unique_ptr<Object> clone() const override { return std::make_unique<ListValue>(*this); }
  std::size_t bytes() const override { return bytes_; }
  std::size_t modelled_bytes(std::size_t samples) const override;
  std::size_t modelled_allocations() const override { return modelled_; }
  void digest(DigestSum& sum) const override;
  bool dismantle(std::size_t n) override;

  // --- Reading -------------------------------------------------------------------------------------------

  /// An element, or none.
  class Cursor {
   public:
    Cursor() = default;
    explicit operator bool() const { return node_ != nullptr; }
    /// REQUIRES: an element. The text is good until the next mutation.
    Listpack::Item operator*() const;
    /// To the neighbour on that side; to none past the last one.
    void step(End side);

   private:
    friend class ListValue;
    Cursor(Node* node, Listpack::Position at) : node_(node), at_(at) {}

    Node* node_ = nullptr;
    Listpack::Position at_ = 0;  // 0 in a plain node
  };

  /// The outermost element; none in an empty list.
  Cursor at_end(End end) const;
  /// Element number `index`, negative from the right (-1 is the last); none past either end.
  Cursor at(std::int64_t index) const;
  /// Visits `n` elements from number `first` on, towards `side`. REQUIRES: they are there.
  template <class Visit>
  void for_range(std::int64_t first, std::size_t n, End side, Visit&& visit) const {
    Cursor cursor = at(first);
    if (side == End::right) return for_right(cursor, n, visit);
    for (; n > 0; --n, cursor.step(side)) visit(*cursor);
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_right(at_end(End::left), size(), visit);
  }

  /// Nodes from left to right, as DUMP writes them: `packed(const Listpack&)` or `plain(std::string_view)`.
  template <class Packed, class Plain>
  void for_each_node(Packed&& packed, Plain&& plain) const {
    for (const Node* node = left_; node != nullptr; node = node->right)
      if (node->is_plain())
        plain(node->plain().view());
      else
        packed(node->entries());
  }
  /// Walks along them.
  std::size_t nodes() const;
  /// The limit it was made with, cut to what Redis can hold.
  std::int32_t limit() const { return static_cast<std::int32_t>(limit_); }

  // --- Changing ------------------------------------------------------------------------------------------

  void push(End end, std::string_view text, std::size_t plain_from = kPlainFrom);
  /// Removes the outermost element. REQUIRES: there is one.
  void pop(End end);
  /// Inserts beside `at`, on that side of it.
  void insert(Cursor at, End side, std::string_view text, std::size_t plain_from = kPlainFrom);
  void replace(Cursor at, std::string_view text, std::size_t plain_from = kPlainFrom);
  /// Removes the element; returns its neighbour on that side.
  Cursor erase(Cursor at, End side);
  /// Removes `n` elements from number `first` on, to the right; fewer where there are not as many.
  void erase_range(std::int64_t first, std::size_t n);

  /// Appends whole nodes as they are (RESTORE). REQUIRES: `entries` is not empty.
  void append_node(Listpack entries);
  void append_plain_node(std::string_view text);

 private:
  // The one element of a node.
  struct Plain : Bytes {
    static void* operator new(std::size_t, void* memory) { return memory; }
    static void operator delete(void* memory) { std::free(memory); }
  };
  struct Node {
    Node* left = nullptr;
    Node* right = nullptr;
    SmallOrTable<Listpack, Plain> data;

    bool is_plain() const { return data.is_table(); }
    /// REQUIRES: !is_plain().
    Listpack& entries() { return data.small(); }
    const Listpack& entries() const { return data.small(); }
    /// REQUIRES: is_plain().
    const Plain& plain() const { return data.table(); }
    std::size_t count() const { return is_plain() ? 1 : entries().count(); }
    std::size_t serialized_size() const { return is_plain() ? plain().size : entries().serialized_size(); }
    std::size_t bytes() const;
    std::size_t modelled() const;
  };

  template <class Visit>
  static void for_right(Cursor from, std::size_t n, Visit&& visit) {
    Listpack::Position at = from.at_;
    for (const Node* node = from.node_; node != nullptr && n > 0; node = node->right, at = 0) {
      if (node->is_plain()) {
        visit(Listpack::Item{node->plain().view()});
        --n;
      } else {
        n -= node->entries().visit(at, n, visit);
      }
    }
  }
  template <class Change>
  void change(Node* node, Change&& change);
  Node* attach(Node* beside, End side, std::unique_ptr<Node> made);
  static std::unique_ptr<Plain> make_plain(std::string_view text);
  void put_plain(Node* beside, End side, std::string_view text);
  void count(const Node* node);
  void uncount(const Node* node);
  void free_node(Node* node);
  void put_packed(Node* beside, End side, std::string_view text);
  bool within_limit(std::size_t bytes, std::size_t count) const;
  bool takes(const Node* node, std::size_t text_size, std::size_t plain_from) const;
  bool may_merge(const Node* a, const Node* b) const;
  void merge_around(Node* center);
  void merge(Node* a, Node* b);
  Node* split(Node* node, Listpack::Position at, End side);
  void insert_full(Cursor at, End side, std::string_view text, std::size_t plain_from);
  void insert_large(Cursor at, End side, std::string_view text);
  bool is_outermost(Cursor at, End side) const;

  Node* left_ = nullptr;
  Node* right_ = nullptr;
  std::uint64_t size_ : 48;
  std::int64_t limit_ : 16;
  std::size_t bytes_, modelled_;
};

using List = Collection<ListValue>;

}  // namespace redouble
