// SPDX-License-Identifier: MIT
// Writes the files of the repository that are made from declarations: scripts/generate runs it.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "apps/config/documents.h"
#include "gateways/admin/documents.h"

namespace {

bool write(std::filesystem::path const& path, std::string const& content) {
    std::ofstream out(path, std::ios::trunc);
    out << content << std::flush;
    if (!out) fmt::print(stderr, "cannot write {}\n", path.string());
    return out.good();
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        fmt::print(stderr, "usage: generate ROOT-OF-THE-REPOSITORY\n");
        return 2;
    }
    std::filesystem::path const root = arguments[1];
    bool const written = write(root / "packaging/oscard.toml", oscar::config::exampleFile()) &&
                         write(root / "docs/configuration.md", oscar::config::docsPage()) &&
                         write(root / "docs/oscarctl.md", oscar::admin::docsPage());
    return written ? 0 : 1;
}
