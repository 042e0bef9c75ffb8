// SPDX-License-Identifier: MIT
// A config key: declared once, as a member of its section's struct. Parsing, `--set`, environment, `--help`,
// the example file and the docs page are made from that declaration.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/config/values.h"

namespace oscar::config {

template <class T>
struct Bounds {
    T least;
    T most;
};

class KeyBase;

/// Keys in the order of their declaration. They live in the sections that declare them.
using KeyList = std::vector<KeyBase*>;

/// A struct of keys. Neither it nor its keys can be copied, since the list points to them.
class Section {
    KeyList& keys_;
    std::string_view name_;

  public:
    Section(KeyList& keys, std::string_view name) : keys_(keys), name_(name) {}
    Section(Section const&) = delete;
    Section& operator=(Section const&) = delete;

    std::string_view name() const { return name_; }
    void add(KeyBase& key) { keys_.push_back(&key); }
};

/// What all keys have in common, whatever their type.
class KeyBase {
    std::string_view section_;
    std::string_view name_;
    std::string_view help_;

  public:
    KeyBase(Section& section, std::string_view name, std::string_view help)
        : section_(section.name()), name_(name), help_(help) {
        section.add(*this);
    }
    virtual ~KeyBase() = default;
    KeyBase(KeyBase const&) = delete;
    KeyBase& operator=(KeyBase const&) = delete;

    std::string_view section() const { return section_; }
    std::string_view name() const { return name_; }  ///< without the section
    std::string fullName() const { return std::string(section_) + '.' + std::string(name_); }
    std::string_view help() const { return help_; }
    /// Takes the value that `items` say: one item, or any number for a list. False: it is not allowed,
    /// nothing changed.
    virtual bool set(std::vector<std::string> const& items) = 0;
    virtual bool isList() const = 0;
    /// Whether TOML writes it in quotes.
    virtual bool quoted() const = 0;
    /// What may be set, in words: "a whole number from 1 to 10".
    virtual std::string allowed() const = 0;
    /// The default as its items in text; one for a key that is no list.
    virtual std::vector<std::string> fallback() const = 0;
};

/// A key with one value.
template <class T>
class Key final : public KeyBase {
    T value_;
    T fallback_;
    std::optional<Bounds<T>> bounds_;

  public:
    Key(Section& section, std::string_view name, T fallback, std::string_view help,
        std::optional<Bounds<T>> bounds = {})
        : KeyBase(section, name, help),
          value_(fallback),
          fallback_(std::move(fallback)),
          bounds_(std::move(bounds)) {}

    T const& operator*() const { return value_; }

    bool set(std::vector<std::string> const& items) override {
        if (items.size() != 1) return false;
        auto value = ValueType<T>::parse(items.front());
        if (!value || !within(*value)) return false;
        value_ = std::move(*value);
        return true;
    }
    bool isList() const override { return false; }
    bool quoted() const override { return ValueType<T>::quoted; }
    std::string allowed() const override {
        std::string text = ValueType<T>::describe();
        if (bounds_)
            text +=
                ", from " + ValueType<T>::print(bounds_->least) + " to " + ValueType<T>::print(bounds_->most);
        return text;
    }
    std::vector<std::string> fallback() const override { return {ValueType<T>::print(fallback_)}; }

  private:
    bool within(T const& value) const {
        if constexpr (std::totally_ordered<T>)
            return !bounds_ || (value >= bounds_->least && value <= bounds_->most);
        return true;
    }
};

/// A key with a list of values; as text they are separated by commas.
template <class T>
class Key<std::vector<T>> final : public KeyBase {
    std::vector<T> values_;
    std::vector<T> fallback_;
    bool mayBeEmpty_;

  public:
    Key(Section& section, std::string_view name, std::vector<T> fallback, std::string_view help)
        : KeyBase(section, name, help),
          values_(fallback),
          fallback_(std::move(fallback)),
          mayBeEmpty_(fallback_.empty()) {}

    std::vector<T> const& operator*() const { return values_; }
    /// The values as text.
    std::vector<std::string> texts() const { return texts(values_); }

    bool set(std::vector<std::string> const& items) override {
        if (items.empty() && !mayBeEmpty_) return false;
        std::vector<T> values;
        for (std::string const& item : items) {
            auto value = ValueType<T>::parse(item);
            if (!value) return false;
            values.push_back(std::move(*value));
        }
        values_ = std::move(values);
        return true;
    }
    bool isList() const override { return true; }
    bool quoted() const override { return ValueType<T>::quoted; }
    std::string allowed() const override {
        return ValueType<T>::describe() + ", or a list of them" + (mayBeEmpty_ ? "" : " that is not empty");
    }
    std::vector<std::string> fallback() const override { return texts(fallback_); }

  private:
    static std::vector<std::string> texts(std::vector<T> const& values) {
        std::vector<std::string> result;
        for (T const& value : values) result.push_back(ValueType<T>::print(value));
        return result;
    }
};

}  // namespace oscar::config
