#include "engine/types/score_tree.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#include "engine/memory_model.h"

namespace redouble {
namespace {

// The low bits of a hash choose the bucket, so the high ones are free to choose the height: two zero bits in
// front for every further level.
std::size_t levels_of(std::uint64_t hash) {
  return std::min(ScoreTree::kMaxLevels, 1 + static_cast<std::size_t>(std::countl_zero(hash)) / 2);
}

}  // namespace

// --- Pages -----------------------------------------------------------------------------------------------

template <class Entry, std::size_t N>
void ScoreTree::Page<Entry, N>::put(std::size_t at, float score, Entry entry) {
  std::memmove(about + at + 1, about + at, (n - at) * sizeof(float));
  std::memmove(entries + at + 1, entries + at, (n - at) * sizeof(Entry));
  about[at] = score;
  entries[at] = entry;
  ++n;
}

template <class Entry, std::size_t N>
void ScoreTree::Page<Entry, N>::cut(std::size_t at, std::size_t count) {
  std::memmove(about + at, about + at + count, (n - at - count) * sizeof(float));
  std::memmove(entries + at, entries + at + count, (n - at - count) * sizeof(Entry));
  std::fill(about + n - count, about + n, kNobody);
  n -= static_cast<std::uint32_t>(count);
}

template <class Entry, std::size_t N>
void ScoreTree::Page<Entry, N>::take(Page& other, std::size_t from) {
  const std::size_t count = other.n - from;
  std::memcpy(about + n, other.about + from, count * sizeof(float));
  std::memcpy(entries + n, other.entries + from, count * sizeof(Entry));
  n += static_cast<std::uint32_t>(count);
  other.cut(from, count);
}

ScoreTree::Child ScoreTree::child_of(Leaf& leaf) {
  return {leaf.entries[0]->score, leaf.entries[0], &leaf, leaf.n};
}

ScoreTree::Child ScoreTree::child_of(Branch& branch) {
  std::uint32_t members = 0;
  for (std::size_t i = 0; i < branch.n; ++i) members += branch.entries[i].members;
  return {branch.entries[0].score, branch.entries[0].first, &branch, members};
}

void ScoreTree::free_page(Leaf* leaf) {
  delete leaf;
  --leaves_;
}

void ScoreTree::free_page(Branch* branch) {
  delete branch;
  --branches_;
}

// The pages that an insertion will need, got before it begins; what was not needed is given back.
class ScoreTree::Spare {
 public:
  Spare(ScoreTree& tree, const Path& path) : tree_(tree) {
    if (!path.leaf->is_full()) return;
    std::size_t branches = 0;
    while (branches < tree.height_ && path.branches[tree.height_ - 1 - branches]->is_full()) ++branches;
    get(branches == tree.height_ ? branches + 1 : branches);  // another one for the root
  }
  // Whatever will be full.
  explicit Spare(ScoreTree& tree) : tree_(tree) { get(tree.height_ + 1); }
  Spare(const Spare&) = delete;
  Spare& operator=(const Spare&) = delete;

  Leaf* leaf() {
    ++tree_.leaves_;
    return leaf_.release();
  }
  Branch* branch() {
    ++tree_.branches_;
    return branches_[--n_].release();
  }

 private:
  void get(std::size_t branches) {
    if (branches > kMaxHeight) throw std::bad_alloc();  // as no number of members gets there, this never is
    leaf_ = std::make_unique<Leaf>();
    for (; n_ < branches; ++n_) branches_[n_] = std::make_unique<Branch>();
  }

  ScoreTree& tree_;
  std::unique_ptr<Leaf> leaf_;
  std::unique_ptr<Branch> branches_[kMaxHeight];
  std::size_t n_ = 0;
};

// --- Members ---------------------------------------------------------------------------------------------

ScoreTree::Member* ScoreTree::make_member(std::string_view bytes, std::size_t levels, double score) {
  auto* member = static_cast<Member*>(std::malloc(sizeof(Member) + bytes.size()));
  if (member == nullptr) throw std::bad_alloc();
  member->chained = nullptr;
  member->size = bytes.size() & 0xffffffffffffff;
  member->levels = static_cast<std::uint8_t>(levels);
  member->score = score;
  if (!bytes.empty()) std::memcpy(static_cast<void*>(member + 1), bytes.data(), bytes.size());
  return member;
}

ScoreTree::Member* ScoreTree::find(std::string_view bytes, std::uint64_t hash) const {
  return table_.find(hash, [&](const Member& member) { return member.bytes() == bytes; });
}

// Puts a new member into the table.
ScoreTree::Member* ScoreTree::add(std::string_view bytes, std::uint64_t hash, double score) {
  if (size() >= std::numeric_limits<std::uint32_t>::max() - 1) throw std::bad_alloc();  // counts must fit
  table_.ensure_table();
  Member* member = make_member(bytes, levels_of(hash), score);
  bytes_ += sizeof(Member) + bytes.size();
  modelled_ += modelled(*member);
  table_.insert(member, hash);
  return member;
}

// Takes one out of the table, and frees it.
void ScoreTree::drop(Member* member) {
  table_.remove(member, hash(member->bytes()));
  bytes_ -= sizeof(Member) + std::size_t{member->size};
  modelled_ -= modelled(*member);
  std::free(member);
}

std::size_t ScoreTree::bytes() const {
  return sizeof(ScoreTree) + leaves_ * sizeof(Leaf) + branches_ * sizeof(Branch) + bytes_ +
         buckets() * sizeof(Member*);
}

// There a list's node has a next one and a distance for every level.
constexpr std::size_t kListNode = 24, kListLevel = 16;

std::size_t ScoreTree::modelled_node(const Member& member) {
  return memory_model::size_class(kListNode + std::size_t{member.levels} * kListLevel);
}

std::size_t ScoreTree::modelled(const Member& member) {
  return memory_model::kTableEntry + memory_model::key_bytes(member.bytes()) + modelled_node(member);
}

std::size_t ScoreTree::modelled() const {
  // The structures zset and zskiplist, and the list's head of 32 levels.
  constexpr std::size_t kSet = 16, kList = 32, kHead = kListNode + 32 * kListLevel;
  return kSet + kList + memory_model::size_class(kHead) +
         memory_model::tables_in_value(table_.buckets(0), table_.buckets(1)) + modelled_;
}

// --- As a whole ------------------------------------------------------------------------------------------

ScoreTree::ScoreTree(std::uint64_t seed) : table_(seed), root_(new Leaf()) {}

ScoreTree::~ScoreTree() {
  while (!dismantle(SIZE_MAX)) continue;
}

std::unique_ptr<ScoreTree> ScoreTree::clone() const {
  auto copy = std::make_unique<ScoreTree>(table_.seed());
  copy->expect(size());
  walk(0, size(), false, [&](const Member& member) {
    copy->append(member.bytes(), member.score);
    return true;
  });
  return copy;
}

std::unique_ptr<ScoreTree> ScoreTree::copy() const {
  auto twin = std::make_unique<ScoreTree>(table_.seed());
  twin->table_.copy_from(table_, [](const Member& member) {
    return make_member(member.bytes(), std::size_t{member.levels}, member.score);
  });
  twin->bytes_ = bytes_;
  twin->modelled_ = modelled_;
  walk(0, size(), false, [&](const Member& member) {
    const Path path = twin->end();
    Spare spare(*twin, path);
    twin->put(path, twin->find(member.bytes()), spare);
    return true;
  });
  return twin;
}

bool ScoreTree::dismantle(std::size_t n) {
  return table_.drain(n, [](Member* member) { std::free(member); }) && free_pages(n);
}

// Frees up to `n` pages from the last one on.
bool ScoreTree::free_pages(std::size_t n) {
  for (; n > 0 && root_ != nullptr; --n) {
    Branch* above = nullptr;
    void* page = root_;
    std::size_t level = 0;
    for (; level < height_; ++level) {
      auto* const branch = static_cast<Branch*>(page);
      if (branch->n == 0) break;
      above = branch;
      page = branch->entries[branch->n - 1].page;
    }
    if (level < height_)
      free_page(static_cast<Branch*>(page));
    else
      free_page(static_cast<Leaf*>(page));
    if (above == nullptr)
      root_ = nullptr;
    else
      --above->n;
  }
  return root_ == nullptr;
}

// --- Places ----------------------------------------------------------------------------------------------

template <class Before>
ScoreTree::Path ScoreTree::path_to(double score, Before&& before) const {
  const float about = rounded(score);
  Path path;
  path.leaf = descend(path, [&](const Branch& branch) {
    const std::size_t n = branch.place(about, [&](const Child& child) {
      return child.score < score || (child.score == score && before(*child.first));
    });
    return n == 0 ? 0 : n - 1;
  });
  path.at = path.leaf->place(about, [&](const Member* member) {
    return member->score < score || (member->score == score && before(*member));
  });
  return path;
}

ScoreTree::Path ScoreTree::path_to(double score, std::string_view bytes) const {
  return path_to(score, [&](const Member& member) { return member.bytes() < bytes; });
}

ScoreTree::Path ScoreTree::path_to(const Member& member) const {
  const float about = rounded(member.score);
  Path path;
  path.leaf = descend(path, [&](const Branch& branch) {
    const std::size_t n = branch.place(about, [&](const Child& child) {
      if (child.first == &member) return true;
      return child.score < member.score ||
             (child.score == member.score && child.first->bytes() < member.bytes());
    });
    return n == 0 ? 0 : n - 1;
  });
  // The first one that may be it, and then the one that is.
  path.at = path.leaf->place(about, [](const Member*) { return false; });
  while (path.leaf->entries[path.at] != &member) ++path.at;
  return path;
}

ScoreTree::Path ScoreTree::path_to(std::size_t rank) const {
  Path path;
  path.leaf = descend(path, [&](const Branch& branch) {
    std::size_t child = 0;
    for (; rank >= branch.entries[child].members; ++child) rank -= branch.entries[child].members;
    return child;
  });
  path.at = rank;
  return path;
}

ScoreTree::Path ScoreTree::end() const {
  Path path;
  path.leaf = descend(path, [](const Branch& branch) { return std::size_t{branch.n} - 1; });
  path.at = path.leaf->n;
  return path;
}

std::size_t ScoreTree::rank_of(const Path& path) const {
  std::size_t rank = path.at;
  for (std::size_t level = 0; level < height_; ++level)
    for (std::size_t i = 0; i < path.children[level]; ++i) rank += path.branches[level]->entries[i].members;
  return rank;
}

std::size_t ScoreTree::count_below(double score, bool inclusive) const {
  return rank_of(path_to(score, [&](const Member&) { return inclusive; }));
}

bool ScoreTree::is_end(const Path& path) const {
  for (std::size_t level = 0; level < height_; ++level)
    if (path.children[level] + 1u < path.branches[level]->n) return false;
  return path.at == path.leaf->n;
}

// --- Change ----------------------------------------------------------------------------------------------

void ScoreTree::insert(std::string_view bytes, std::uint64_t hash, double score) {
  const Path path = path_to(score, bytes);
  Spare spare(*this, path);
  put(path, add(bytes, hash, score), spare);
}

void ScoreTree::append(std::string_view bytes, double score) {
  const Path path = end();
  Spare spare(*this, path);
  put(path, add(bytes, hash(bytes), score), spare);
}

// Puts a member that the table has where its place is.
void ScoreTree::put(const Path& path, Member* member, Spare& spare) {
  if (path.leaf->is_full()) return put_apart(path, member, spare);
  path.leaf->put(path.at, rounded(member->score), member);
  bool first = path.at == 0;
  for (std::size_t level = height_; level-- > 0;) {
    Branch& branch = *path.branches[level];
    const std::size_t at = path.children[level];
    Child& child = branch.entries[at];
    ++child.members;
    if (first) {
      child.first = member;
      child.score = member->score;
      branch.about[at] = rounded(member->score);
    }
    first &= at == 0;
  }
}

// The same where the leaf is full: it becomes two, as the branches above do that are full. At the ends of the
// tree the full one stays so, for members mostly come in order.
void ScoreTree::put_apart(const Path& path, Member* member, Spare& spare) {
  // Nothing belongs in front of a full leaf but where there is no leaf in front.
  const bool last = is_end(path), outermost = last || path.at == 0;
  const auto split = [&](auto& page, auto& right, std::size_t at, double score, auto entry) {
    right.take(page, outermost ? at : page.n / 2);
    if (at > page.n || last)
      right.put(at - page.n, rounded(score), entry);
    else
      page.put(at, rounded(score), entry);
    return child_of(right);
  };
  Leaf& leaf = *path.leaf;
  Child left, right = split(leaf, *spare.leaf(), path.at, member->score, member);
  left = child_of(leaf);
  bool is_apart = true;
  for (std::size_t level = height_; level-- > 0;) {
    Branch& branch = *path.branches[level];
    const std::size_t at = path.children[level];
    branch.entries[at] = left;
    branch.about[at] = rounded(left.score);
    if (is_apart && branch.is_full()) {
      right = split(branch, *spare.branch(), at + 1, right.score, right);
    } else if (is_apart) {
      branch.put(at + 1, rounded(right.score), right);
      is_apart = false;
    }
    left = child_of(branch);
  }
  if (!is_apart) return;
  Branch* root = spare.branch();
  root->put(0, rounded(left.score), left);
  root->put(1, rounded(right.score), right);
  root_ = root;
  ++height_;
}

// Whether a member that is where `path` leads keeps its place there, seen without leaving the leaf.
bool ScoreTree::stays(const Path& path, double score) const {
  const Leaf& leaf = *path.leaf;
  const std::string_view bytes = leaf.entries[path.at]->bytes();
  const float about = rounded(score);
  const auto stands_before = [&](std::size_t at) {
    return leaf.about[at] < about || (leaf.about[at] == about && precedes(*leaf.entries[at], score, bytes));
  };
  if (path.at == 0 || path.at + 1 == leaf.n) return false;
  return stands_before(path.at - 1) && !stands_before(path.at + 1);
}

void ScoreTree::set_score(Member* member, double score) {
  Path from = path_to(*member);
  if (stays(from, score)) {
    member->score = score;
    from.leaf->about[from.at] = rounded(score);
    return;
  }
  Path to = path_to(score, member->bytes());
  const auto move = [&](Spare&& spare) {
    if (take_out(from, 1))
      to = path_to(score, member->bytes());
    else if (to.leaf == from.leaf && to.at > from.at)
      --to.at;
    member->score = score;
    put(to, member, spare);
  };
  if (will_merge(from))
    move(Spare(*this));
  else
    move(Spare(*this, to));
}

void ScoreTree::erase(Member* member) {
  take_out(path_to(*member), 1);
  drop(member);
}

void ScoreTree::erase(std::size_t rank, std::size_t n) {
  while (n > 0) {
    const Path path = path_to(rank);
    const std::size_t here = std::min(n, path.leaf->n - path.at);
    Member* gone[Leaf::kRoom];
    std::copy_n(path.leaf->entries + path.at, here, gone);
    take_out(path, here);
    for (std::size_t i = 0; i < here; ++i) drop(gone[i]);
    n -= here;
  }
}

// Takes `n` members out of a leaf. Pages that are left with little go into a neighbour that has the room:
// true if any did, and paths are of no use any more.
bool ScoreTree::take_out(const Path& path, std::size_t n) {
  path.leaf->cut(path.at, n);
  bool other_first = path.at == 0, other_pages = false, may_merge = true;
  for (std::size_t level = height_; level-- > 0;) {
    Branch& branch = *path.branches[level];
    const std::size_t at = path.children[level];
    const bool above_leaves = level + 1 == height_;
    Child& child = branch.entries[at];
    child.members -= static_cast<std::uint32_t>(n);
    if (other_first && child.members > 0) {
      const Member* first = above_leaves ? static_cast<Leaf*>(child.page)->entries[0]
                                         : static_cast<Branch*>(child.page)->entries[0].first;
      child.first = first;
      child.score = first->score;
      branch.about[at] = rounded(first->score);
    }
    may_merge = may_merge && (above_leaves ? merge<Leaf>(branch, at) : merge<Branch>(branch, at));
    other_pages |= may_merge;
    other_first &= at == 0;
  }
  while (height_ > 0 && static_cast<Branch*>(root_)->n == 1) {
    auto* const root = static_cast<Branch*>(root_);
    root_ = root->entries[0].page;
    free_page(root);
    --height_;
  }
  return other_pages;
}

// How many entries a page has. Of a leaf the branch above knows it.
template <class Below>
std::size_t ScoreTree::entries_of(const Child& child) {
  if constexpr (std::is_same_v<Below, Leaf>) return child.members;
  return static_cast<const Below*>(child.page)->n;
}

// The child of a branch into which the one behind it should go: `child`, which is left with `n` entries, is
// one of the two. None: kNoChild.
template <class Below>
std::size_t ScoreTree::to_merge(const Branch& branch, std::size_t child, std::size_t n) {
  if (n >= Below::kRoom / 2) return kNoChild;
  const auto fits = [&](std::size_t other) {
    return n + entries_of<Below>(branch.entries[other]) <= Below::kRoom / 4 * 3;
  };
  if (child > 0 && fits(child - 1)) return child - 1;
  return child + 1 < branch.n && fits(child + 1) ? child : kNoChild;
}

template <class Below>
bool ScoreTree::merge(Branch& branch, std::size_t child) {
  const std::size_t n = entries_of<Below>(branch.entries[child]);
  std::size_t gone = child;
  if (n > 0) {
    const std::size_t left = to_merge<Below>(branch, child, n);
    if (left == kNoChild) return false;
    gone = left + 1;
    Child& into = branch.entries[left];
    static_cast<Below*>(into.page)->take(*static_cast<Below*>(branch.entries[gone].page), 0);
    into.members += branch.entries[gone].members;
  }
  free_page(static_cast<Below*>(branch.entries[gone].page));
  branch.cut(gone, 1);
  return true;
}

// Whether pages will go when a member is taken out.
bool ScoreTree::will_merge(const Path& path) const {
  if (height_ == 0) return false;
  const std::size_t left = path.leaf->n - 1;
  return left == 0 ||
         to_merge<Leaf>(*path.branches[height_ - 1], path.children[height_ - 1], left) != kNoChild;
}

// --- For tests -------------------------------------------------------------------------------------------

void ScoreTree::check() const {
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
  };
  std::size_t leaves = 0, members = 0;
  const Member* before = nullptr;
  for (Path path; members < size() || members == 0; members += path.leaf->n) {
    path = path_to(members);
    ++leaves;
    const Leaf& leaf = *path.leaf;
    for (std::size_t i = 0; i < Leaf::kRoom; ++i)
      require(leaf.about[i] == (i < leaf.n ? rounded(leaf.entries[i]->score) : kNobody), "a leaf's scores");
    for (std::size_t i = 0; i < leaf.n; before = leaf.entries[i++])
      require(before == nullptr || precedes(*before, leaf.entries[i]->score, leaf.entries[i]->bytes()),
              "order");
    for (std::size_t level = height_; level-- > 0;) {
      const Branch& branch = *path.branches[level];
      const std::size_t at = path.children[level];
      Child is = branch.entries[at];
      const Child should = level + 1 == height_ ? child_of(*path.leaf) : child_of(*path.branches[level + 1]);
      require(is.members == should.members && is.first == should.first && is.score == should.first->score,
              "what a branch knows");
      for (std::size_t i = 0; i < Branch::kRoom; ++i)
        require(branch.about[i] == (i < branch.n ? rounded(branch.entries[i].score) : kNobody),
                "a branch's scores");
    }
    require(path.at == 0 && leaf.n <= Leaf::kRoom, "a leaf's members");
    require(leaf.n > 0 || height_ == 0, "an empty leaf");
    if (leaf.n == 0) break;
  }
  require(members == size() && leaves == leaves_, "how many there are");
  require(height_ == 0 || static_cast<Branch*>(root_)->n > 1, "a root of one child");
}

}  // namespace redouble
