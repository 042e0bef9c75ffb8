// SPDX-License-Identifier: MIT
// Changes of the stored list: START_CLUSTER, step by step with the server's status between, END_CLUSTER.
#include "client/session.h"

namespace oscar::client {

namespace feedbag = wire::feedbag;
using feedbag::ClassId;
using feedbag::StatusCode;

void Session::changedElsewhere(FeedbagChange change, wire::rest<feedbag::Item> const& items) {
    FeedbagChanged event{change, {}};
    for (feedbag::Item const& item : items) {
        event.names.emplace_back(item.name.text);
        if (change == FeedbagChange::Deleted) {
            feedbag_.erase(item.groupId, item.itemId);
        } else {
            feedbag_.put(ownedItem(item));
        }
    }
    emit(std::move(event));
}

void Session::changeFeedbag(FeedbagPlanner planner, FeedbagDone done) {
    if (!isUp() || changes_.size() >= mostWaiting) {
        if (done) done(StatusCode::Unavailable);
        return;
    }
    changes_.push_back({std::move(planner), std::move(done)});
    if (!changing_) beginChange();
}

/// Takes the next change that has anything to send.
void Session::beginChange() {
    while (!changing_ && !changes_.empty()) {
        changing_ = true;
        FeedbagPlanner const planner = changes_.front().planner;  // it may ask for another change
        FeedbagPlan plan = planner(feedbag_);
        if (plan.status == StatusCode::Success && !plan.steps.empty()) {
            steps_ = std::move(plan.steps);
            send(feedbag::StartCluster{});
            nextStep();
        } else {
            changeDone(plan.status);
        }
    }
}

void Session::nextStep() {
    if (steps_.empty()) {
        send(feedbag::EndCluster{});
        return changeDone(StatusCode::Success);
    }
    FeedbagStep step = std::move(steps_.front());
    steps_.erase(steps_.begin());
    wire::List<feedbag::Item> items;
    for (FeedbagItem const& item : step.items) items.add(item.onWire());
    FeedbagVerb const verb = step.verb;
    auto const done = [this, step = std::move(step)](Reply const& reply) { stepDone(step, reply); };
    wire::u32 const id = verb == FeedbagVerb::Insert   ? request(feedbag::InsertItems{items}, done)
                         : verb == FeedbagVerb::Update ? request(feedbag::UpdateItems{items}, done)
                                                       : request(feedbag::DeleteItems{items}, done);
    if (id == 0) changeDone(StatusCode::NotExecuted);
}

void Session::stepDone(FeedbagStep const& step, Reply const& reply) {
    if (stage_ == Stage::Ended) return;  // cease() tells all who wait
    auto const answer = reply.error ? std::nullopt : wire::decode<feedbag::Status>(reply.body);
    StatusCode result = answer ? StatusCode::Success : StatusCode::NotExecuted;
    auto status = answer ? answer->statuses.begin() : wire::rest<StatusCode>{}.begin();
    for (FeedbagItem const& item : step.items) {
        bool const told = !(status == std::default_sentinel);
        StatusCode const code = told ? *status : StatusCode::NotExecuted;
        if (told) ++status;
        if (code != StatusCode::Success) {
            if (result == StatusCode::Success) result = code;
        } else if (step.verb == FeedbagVerb::Delete) {
            feedbag_.erase(item.groupId, item.itemId);
        } else {
            feedbag_.put(item);
        }
    }
    if (result == StatusCode::Success) {
        nextStep();
    } else {
        send(feedbag::EndCluster{});
        changeDone(result);
    }
    beginChange();
}

void Session::changeDone(StatusCode status) {
    if (changes_.empty()) return;  // the session has ended meanwhile
    steps_.clear();
    FeedbagDone const done = std::move(changes_.front().done);
    changes_.erase(changes_.begin());
    changing_ = false;
    if (done) done(status);
}

void Session::addBuddy(std::string name, std::string group, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planAddBuddy(list, name, group); }, std::move(done));
}

void Session::removeBuddy(std::string name, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planRemoveBuddy(list, name); }, std::move(done));
}

void Session::renameGroup(std::string from, std::string to, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planRenameGroup(list, from, to); }, std::move(done));
}

void Session::removeGroup(std::string name, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planRemoveGroup(list, name); }, std::move(done));
}

void Session::setPrivacyMode(feedbag::PdMode mode, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planPrivacyMode(list, mode); }, std::move(done));
}

void Session::addPermit(std::string name, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planAddRootItem(list, ClassId::Permit, name); },
                  std::move(done));
}

void Session::removePermit(std::string name, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planRemoveRootItem(list, ClassId::Permit, name); },
                  std::move(done));
}

void Session::addDeny(std::string name, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planAddRootItem(list, ClassId::Deny, name); },
                  std::move(done));
}

void Session::removeDeny(std::string name, FeedbagDone done) {
    changeFeedbag([=](Feedbag const& list) { return planRemoveRootItem(list, ClassId::Deny, name); },
                  std::move(done));
}

}  // namespace oscar::client
