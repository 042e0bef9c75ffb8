// SPDX-License-Identifier: MIT
// The one list of foodgroups that BOSS offers.
#include "foodgroups/rows.h"

namespace oscar::foodgroups {

std::span<FoodgroupRows const> all() {
    using wire::Foodgroup;
    static std::array const list{
        FoodgroupRows{Foodgroup::Oservice, 4, oserviceRows()}, FoodgroupRows{Foodgroup::Locate, 1, locateRows()},
        FoodgroupRows{Foodgroup::Buddy, 1, buddyRows()},       FoodgroupRows{Foodgroup::Icbm, 1, icbmRows()},
        FoodgroupRows{Foodgroup::Pd, 1, pdRows()},             FoodgroupRows{Foodgroup::Stats, 1, statsRows()},
        FoodgroupRows{Foodgroup::Feedbag, 6, feedbagRows()},
    };
    return list;
}

}  // namespace oscar::foodgroups
