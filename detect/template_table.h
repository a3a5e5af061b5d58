#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/series.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
#include "detect/options.h"
#include "detect/template_rules.h"

namespace inkling::detect {

// Knows every template: maps skeletons to templates and merges skeletons that turn out to be one.
// The template id is the skeleton id of the group's earliest member; merged ids are aliases for
// ever. A known skeleton costs one hash look-up; only a new one is merged. Not thread-safe: one
// owner, the in-order merge.
class TemplateTable {
 public:
  // The rules of the options must be such as TemplateRules::create() takes; others count as none.
  explicit TemplateTable(const TemplateOptions& options);
  ~TemplateTable();
  TemplateTable(TemplateTable&&) noexcept;
  TemplateTable& operator=(TemplateTable&&) noexcept;

  struct Lookup {
    TemplateId id;              // of the group as of now
    bool known = false;         // the skeleton was met before
    bool new_template = false;  // and it is a group of its own
    bool full = false;          // the table is full: count as "other"; id is 0
  };
  // Whether a skeleton was met before, and its template.
  Lookup find(std::uint64_t skeleton) const;
  // Meets a skeleton; `message` is the (redacted) message it is of, read only if it is new.
  Lookup meet(std::uint64_t skeleton, std::string_view message);

  // The template a skeleton or an older template id belongs to now; itself if it is not known.
  TemplateId current(std::uint64_t skeleton_or_id) const;
  // What a template is called: by a rule's name, else its text: "Connected to <*> in <*>". "" if it
  // is not known.
  std::string text(TemplateId id) const;
  // What people say of a template (options.rules).
  TemplateRules::Said said_of(TemplateId id) const;
  // Forgets the templates that hold a variable where a rule wants its words, so that they are met
  // anew: to be called after a table was loaded that learnt without the rules. How many.
  std::size_t split_wrong_merges();
  std::size_t size() const;       // groups
  std::size_t skeletons() const;  // members

  // A section of core/state_writer.h. load() replaces all that was known.
  void save(StateWriter& writer) const;
  Result<void> load(StateReader& reader);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling::detect
