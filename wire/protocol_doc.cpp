// SPDX-License-Identifier: MIT
#include "wire/protocol_doc.h"

int main() { fmt::print("{}", oscar::wire::ProtocolDoc::make()); }
