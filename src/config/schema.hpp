// One table a config struct: it parses, checks, documents. Defaults are the struct's member initialisers.
//
//   struct BatchConfig {
//     ByteSize bytes{10'000'000};
//     Limit records;
//     Duration age = 5s;
//   };
//   const config::Schema<BatchConfig>& batch_schema() {
//     static const config::Schema<BatchConfig> schema(
//         "batch", "How records are grouped into requests.",
//         config::field("bytes", &BatchConfig::bytes, "Size of a request body before compression.",
//                       config::between(ByteSize{1}, ByteSize{100'000'000})),
//         config::field("records", &BatchConfig::records, "Records in a request."),
//         config::field("age", &BatchConfig::age, "The oldest record of a part batch waits this long."),
//         config::check([](const BatchConfig& batch) -> std::optional<std::string> { … }));
//     return schema;
//   }
//
// Other parts of a schema:
//   config::field("token", &C::token, "…", config::required, config::example("${TOKEN}"))
//   config::field("batch", &C::batch, "…", batch_schema())   a nested struct, or a std::optional of one
//   config::embed(&C::delivery, delivery_schema())           the fields of another struct, as if they were this one's
//   config::whole(&C::renames, "…")                          the value has no fixed keys: all of it is this member
//
// The value types are in config/types.hpp; config/value.hpp says how to add one. A field without a description doesn't
// compile. A Schema lives as long as the program (a function-local static) and may be used from any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/node.hpp"
#include "config/types.hpp"
#include "config/value.hpp"

namespace towline::config {

class SchemaBase;

// One key of a config struct, its types erased; `object` is the struct.
struct Field {
  std::string key;  // empty: the whole value, see whole()
  std::string description;
  bool required = false;
  std::string bounds;   // "1B to 100MB"; empty without
  std::string example;  // as YAML; see example()
  ValueInfo type;
  const SchemaBase* nested = nullptr;  // set: the value is a struct of its own
  std::function<void(const Node& node, void* object, Problems& problems)> parse;
  std::function<std::string(const void* object)> print;          // its value as YAML; "" for none
  std::function<const void*(const void* object)> nested_object;  // the nested struct; null where it is absent
};

// A schema without its type: what the registry, the reference pages and JSON Schema work with.
class SchemaBase {
 public:
  SchemaBase(std::string name, std::string summary) : name_(std::move(name)), summary_(std::move(summary)) {}
  virtual ~SchemaBase() = default;
  SchemaBase(const SchemaBase&) = delete;
  SchemaBase& operator=(const SchemaBase&) = delete;

  const std::string& name() const { return name_; }
  const std::string& summary() const { return summary_; }
  const std::vector<Field>& fields() const { return fields_; }
  bool is_whole() const { return fields_.size() == 1 && fields_.front().key.empty(); }

  // A struct with all defaults.
  virtual const void* defaults() const = 0;

  // A new struct from this node; null after a problem. Keys in `also_known` belong to somebody else and are skipped.
  virtual std::shared_ptr<const void> parse_shared(const Node& node, Problems& problems,
                                                   std::span<const std::string_view> also_known = {}) const = 0;

  // Overwrites what the node sets (nothing, if it is null). Returns false after a problem.
  bool parse_into(const Node& node, void* object, Problems& problems,
                  std::span<const std::string_view> also_known = {}) const;

 protected:
  using Check = std::function<std::optional<std::string>(const void* object)>;
  void add_field(Field field);
  void add_check(Check check) { checks_.push_back(std::move(check)); }
  // Takes over the fields and checks of another schema, which finds its struct through `inner`.
  void add_embedded(const SchemaBase& other, std::function<void*(void* object)> inner);

 private:
  void parse_keys(const Node& node, void* object, Problems& problems,
                  std::span<const std::string_view> also_known) const;

  std::string name_;
  std::string summary_;
  std::vector<Field> fields_;
  std::vector<Check> checks_;
};

// --- Options of a field ---

struct Required {};
inline constexpr Required required{};  // the key must be given

// A value for config/reference.yaml, where it stands live in the place of a missing default. To be given where the
// configuration isn't valid without the key.
struct Example {
  std::string yaml;
};
inline Example example(std::string yaml) {
  return {std::move(yaml)};
}

template <class Min, class Max>
struct Between {
  Min min;
  Max max;
};
// Both ends included. Of a std::optional, an OrOff or an OrUnlimited the value inside is meant.
template <class Min, class Max>
Between<Min, Max> between(Min min, Max max) {
  return {std::move(min), std::move(max)};
}

// --- Parts of a schema ---

template <class T>
struct FieldOf {
  Field field;
};
template <class T, class M>
struct Embedded {
  M T::*member;
  const SchemaBase* schema;
};
template <class F>
struct CheckPart {
  F function;
};

template <class T>
class Schema final : public SchemaBase {
 public:
  template <class... Parts>
  Schema(std::string name, std::string summary, Parts... parts) : SchemaBase(std::move(name), std::move(summary)) {
    (add(std::move(parts)), ...);
  }

  // The struct from this node; std::nullopt after a problem.
  std::optional<T> parse(const Node& node, Problems& problems) const {
    T object = defaults_;
    if (!parse_into(node, &object, problems)) return std::nullopt;
    return object;
  }

  const void* defaults() const override { return &defaults_; }
  std::shared_ptr<const void> parse_shared(const Node& node, Problems& problems,
                                           std::span<const std::string_view> also_known) const override {
    auto object = std::make_shared<T>(defaults_);
    if (!parse_into(node, object.get(), problems, also_known)) return nullptr;
    return object;
  }

 private:
  void add(FieldOf<T> part) { add_field(std::move(part.field)); }
  template <class M>
  void add(Embedded<T, M> part) {
    add_embedded(*part.schema,
                 [member = part.member](void* object) -> void* { return &(static_cast<T*>(object)->*member); });
  }
  template <class F>
  void add(CheckPart<F> part) {
    add_check([function = std::move(part.function)](const void* object) {
      return std::optional<std::string>(function(*static_cast<const T*>(object)));
    });
  }

  T defaults_{};
};

namespace detail {

template <class T, class M>
const M& member_of(const void* object, M T::*member) {
  return static_cast<const T*>(object)->*member;
}

// The type and value that bounds are about.
template <class M>
struct Bounded {
  using Type = M;
  static const M* of(const M& value) { return &value; }
};
template <class M>
struct Bounded<std::optional<M>> {
  using Type = M;
  static const M* of(const std::optional<M>& value) { return value ? &*value : nullptr; }
};
template <class M, Without word>
struct Bounded<OrWithout<M, word>> {
  using Type = M;
  static const M* of(const OrWithout<M, word>& value) { return value.value ? &*value.value : nullptr; }
};

template <class T, class M>
void apply(Field& field, M T::*, const Required&) {
  field.required = true;
}
template <class T, class M>
void apply(Field& field, M T::*, const Example& option) {
  field.example = option.yaml;
}
template <class T, class M, class Min, class Max>
void apply(Field& field, M T::*member, const Between<Min, Max>& bounds) {
  using Type = typename Bounded<M>::Type;
  const Type min = static_cast<Type>(bounds.min);
  const Type max = static_cast<Type>(bounds.max);
  field.bounds = Value<Type>::print(min) + " to " + Value<Type>::print(max);
  field.parse = [member, min, max, inner = std::move(field.parse), text = field.bounds](const Node& node, void* object,
                                                                                        Problems& problems) {
    const std::size_t before = problems.count();
    inner(node, object, problems);
    const Type* value = Bounded<M>::of(member_of(object, member));
    if (problems.count() != before || value == nullptr || (min <= *value && *value <= max)) return;
    problems.add(node.mark, "must be " + text + ", not " + node.shown());
  };
}

template <class T, class M>
Field value_field(std::string key, M T::*member, std::string description) {
  Field field;
  field.key = std::move(key);
  field.description = std::move(description);
  field.type = Value<M>::info();
  field.parse = [member](const Node& node, void* object, Problems& problems) {
    std::optional<M> value = Value<M>::parse(node, problems);
    if (value) static_cast<T*>(object)->*member = std::move(*value);
  };
  field.print = [member](const void* object) { return Value<M>::print(member_of(object, member)); };
  return field;
}

}  // namespace detail

// A key with a value. `description`: whole sentences, as the reference pages show them.
template <class T, class M, std::size_t N, class... Options>
FieldOf<T> field(const char* key, M T::*member, const char (&description)[N], Options... options) {
  static_assert(N > 4, "describe the field");
  Field result = detail::value_field(key, member, description);
  (detail::apply(result, member, options), ...);
  return {std::move(result)};
}

// The whole value, whatever its shape: the only part of its schema besides checks.
template <class T, class M, std::size_t N, class... Options>
FieldOf<T> whole(M T::*member, const char (&description)[N], Options... options) {
  return field("", member, description, std::move(options)...);
}

// A key whose value is a struct of its own.
template <class T, class M, std::size_t N>
FieldOf<T> field(const char* key, M T::*member, const char (&description)[N], const Schema<M>& schema) {
  static_assert(N > 4, "describe the field");
  Field result;
  result.key = key;
  result.description = description;
  result.nested = &schema;
  result.parse = [member, &schema](const Node& node, void* object, Problems& problems) {
    schema.parse_into(node, &(static_cast<T*>(object)->*member), problems);
  };
  result.print = [](const void*) { return std::string(); };
  result.nested_object = [member](const void* object) -> const void* { return &detail::member_of(object, member); };
  return {std::move(result)};
}

// The same, absent unless the key is given.
template <class T, class M, std::size_t N>
FieldOf<T> field(const char* key, std::optional<M> T::*member, const char (&description)[N], const Schema<M>& schema) {
  static_assert(N > 4, "describe the field");
  Field result;
  result.key = key;
  result.description = description;
  result.nested = &schema;
  result.parse = [member, &schema](const Node& node, void* object, Problems& problems) {
    M value = *static_cast<const M*>(schema.defaults());
    if (schema.parse_into(node, &value, problems)) static_cast<T*>(object)->*member = std::move(value);
  };
  result.print = [](const void*) { return std::string(); };
  result.nested_object = [member](const void* object) -> const void* {
    const std::optional<M>& value = detail::member_of(object, member);
    return value ? &*value : nullptr;
  };
  return {std::move(result)};
}

template <class T, class M>
Embedded<T, M> embed(M T::*member, const Schema<M>& schema) {
  return {member, &schema};
}

// A rule over several fields: `std::optional<std::string>(const T&)`, the text says what is wrong.
// It is asked only when every field is right by itself.
template <class F>
CheckPart<F> check(F function) {
  return {std::move(function)};
}

}  // namespace towline::config
