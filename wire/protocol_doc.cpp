// SPDX-License-Identifier: MIT
// Writes docs/protocol.md from the declarations: oscar_protocol_doc >docs/protocol.md

#include <map>

#include "wire/all.h"
#include "wire/print.h"

namespace oscar::wire {
namespace {

/// Writes one table of messages a foodgroup, and one of the structures that they are made of.
class ProtocolDoc {
    std::string messages_;
    std::map<std::string, std::string> structures_;
    Foodgroup foodgroup_{};

  public:
    static std::string make() {
        ProtocolDoc doc;
        AllMessages::forEach([&]<class M>(std::type_identity<M>) { doc.message<M>(); });
        std::string text =
            "# Messages\n\n"
            "Made by `oscar_protocol_doc` from `wire/`; a test fails when it is out of date.\n\n"
            "Numbers are big-endian. `T[]` is as many T as the message still holds, `u16: T[]` a number and "
            "as many T, `T?` may be missing at the end.\n"
            "`tlvRestBlock` is TLVs to the end (`tlvCutBlock`: the last one may be cut short), `tlvBlock` their "
            "number (u16) and TLVs, `tlvLBlock` their length in bytes (u16) and TLVs.\n"
            "`string08`, `blob08` and `string16` have a length of one or two bytes, `blob` is the rest, `t70` "
            "is seconds since 1970 (u32).\n";
        text += doc.messages_ + "\n## Structures\n\n| name | fields |\n|---|---|\n";
        for (auto const& [name, fields] : doc.structures_) text += fmt::format("| {} | {} |\n", name, fields);
        return text;
    }

  private:
    /// Base types are aggregates of one member, or no aggregates at all.
    template <class T>
    static constexpr bool isStructure() {
        if constexpr (PlainAggregate<T>) return boost::pfr::tuple_size_v<T> > 1;
        return false;
    }

    template <Message M>
    void message() {
        constexpr Snac snac = M::snac;
        if (foodgroup_ != snac.foodgroup) {
            foodgroup_ = snac.foodgroup;
            messages_ += fmt::format(
                "\n## {} (0x{:04X})\n\n| type | name | from | fields |\n|---|---|---|---|\n",
                foodgroupName<snac.foodgroup>(), static_cast<u16>(snac.foodgroup));
        }
        std::string_view const from = snac.way == Way::Both     ? "both"
                                      : snac.way == Way::ToHost ? "client"
                                                                : "server";
        std::string const name = messageName<M>();
        messages_ += fmt::format("| 0x{:04X} | {} | {} | {} |\n", snac.type,
                                 name.substr(name.find("::") + 2), from, members<M>());
    }

    template <class T>
    std::string members() {
        return [&]<std::size_t... N>(std::index_sequence<N...>) {
            std::string text;
            ((text += fmt::format("{}{}: {}", N ? "<br>" : "", memberName<T, N>(),
                                  typeName(std::type_identity<boost::pfr::tuple_element_t<N, T>>{}))),
             ...);
            return text;
        }(std::make_index_sequence<boost::pfr::tuple_size_v<T>>{});
    }

    template <std::unsigned_integral T>
    std::string typeName(std::type_identity<T>) {
        return sizeof(T) == 1 ? "u08" : fmt::format("u{}", 8 * sizeof(T));
    }
    template <class T>
    std::string typeName(std::type_identity<std::optional<T>>) {
        return typeName(std::type_identity<T>{}) + "?";
    }
    template <class T>
    std::string typeName(std::type_identity<rest<T>>) {
        return typeName(std::type_identity<T>{}) + "[]";
    }
    template <class Count, class T>
    std::string typeName(std::type_identity<counted<Count, T>>) {
        return typeName(std::type_identity<Count>{}) + ": " + typeName(std::type_identity<T>{}) + "[]";
    }
    template <std::size_t N>
    std::string typeName(std::type_identity<std::array<u08, N>>) {
        return fmt::format("u08[{}]", N);
    }
    template <class T>
    std::string typeName(std::type_identity<T>) {
        std::string const name(names::ofType<T>());
        if constexpr (std::is_enum_v<T>) {
            return typeName(std::type_identity<std::underlying_type_t<T>>{}) + " " + name;
        } else if constexpr (isStructure<T>()) {
            structures_[name] = members<T>();
        }
        return name;
    }
};

}  // namespace
}  // namespace oscar::wire

int main() { fmt::print("{}", oscar::wire::ProtocolDoc::make()); }
