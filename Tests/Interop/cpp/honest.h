// What honest clients do a lot of, and no server may take for an attack.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>

#include "cases.h"

namespace interop {

// How the calls of a run ended.
struct Tally {
  std::map<int, int> codes;
  std::map<std::string, int> messages;

  void add(const Status& status) {
    ++codes[status.error_code()];
    if (!status.ok()) ++messages[status.error_message()];
  }
  void add(const Tally& other) {
    for (auto [code, count] : other.codes) codes[code] += count;
    for (auto& [message, count] : other.messages) messages[message] += count;
  }
  bool only(std::set<int> allowed) const {
    for (auto [code, count] : codes)
      if (!allowed.count(code)) return false;
    return true;
  }
  void print(const char* name) const {
    for (auto [code, count] : codes) std::cout << name << " " << code << " " << count << "\n";
    for (auto& [message, count] : messages)
      std::cout << name << ": " << count << " " << message << "\n";
  }
};

// COUNT unary calls of `deadline` seconds each, `parallel` at once; every tenth is asked for at
// leisure. How the hurried and the patient ones ended.
inline std::pair<Tally, Tally> hurry(Stub& stub, int count, int parallel, double deadline) {
  std::vector<Tally> hurried(parallel), patient(parallel);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < parallel; ++thread)
    threads.emplace_back([&, thread] {
      for (int index = thread; index < count; index += parallel) {
        bool has_time = index / parallel % 10 == 9;
        Context context(has_time ? 30 : deadline);
        SimpleResponse answer;
        Status status = stub.UnaryCall(&context, simple(100'000, 1'000), &answer);
        (has_time ? patient : hurried)[thread].add(status);
      }
    });
  for (auto& thread : threads) thread.join();
  for (int thread = 1; thread < parallel; ++thread) {
    hurried[0].add(hurried[thread]);
    patient[0].add(patient[thread]);
  }
  return {hurried[0], patient[0]};
}

// Within the budget: nothing but deadlines ends a call.
inline void short_deadlines(Stub& stub, int count, int parallel, double deadline) {
  auto [hurried, patient] = hurry(stub, count, parallel, deadline);
  hurried.print("hurried");
  patient.print("patient");
  CHECK(hurried.only({StatusCode::OK, StatusCode::DEADLINE_EXCEEDED}));
  CHECK(patient.only({StatusCode::OK}));
}

// Past the budget: the client is sent away and comes back, and no call is lost by that.
inline void flood(Stub& stub, int count, int parallel, double deadline) {
  auto [hurried, patient] = hurry(stub, count, parallel, deadline);
  hurried.print("hurried");
  patient.print("patient");
  CHECK(hurried.only({StatusCode::OK, StatusCode::DEADLINE_EXCEEDED}));
  CHECK(patient.only({StatusCode::OK}));
  empty_unary(stub);
}

// Opens `parallel` streams, takes the first answer of each, cancels them all; again and again
// until COUNT are cancelled. Between the rounds a plain call must be answered.
inline void cancels(Stub& stub, int count, int parallel) {
  for (int done = 0; done < count; done += parallel) {
    std::vector<std::unique_ptr<Context>> contexts;
    std::vector<std::unique_ptr<
        grpc::ClientReader<StreamingOutputCallResponse>>> streams;
    StreamingOutputCallRequest request = asking({1024, 1});
    request.mutable_response_parameters(1)->set_interval_us(60'000'000);
    for (int index = 0; index < parallel; ++index) {
      contexts.push_back(std::make_unique<Context>());
      streams.push_back(stub.StreamingOutputCall(contexts[index].get(), request));
    }
    StreamingOutputCallResponse answer;
    for (auto& stream : streams)
      if (!stream->Read(&answer)) answered(stream->Finish());
    for (auto& context : contexts) context->TryCancel();
    for (auto& stream : streams) CHECK(stream->Finish().error_code() == StatusCode::CANCELLED);
    empty_unary(stub);
  }
}

// The client measures bandwidth by a PING after DATA: large streams both ways make many.
inline void bandwidth_pings(Stub& stub, int mebibytes) {
  Context context(300);
  auto stream = stub.FullDuplexCall(&context);
  StreamingOutputCallResponse answer;
  for (int round = 0; round < mebibytes; ++round) {
    CHECK(stream->Write(asking({1 << 20}, 1 << 20)));
    CHECK(stream->Read(&answer));
    CHECK(answer.payload().body().size() == 1 << 20);
  }
  stream->WritesDone();
  answered(stream->Finish());
}

// One open stream without a message for `seconds`, or until it fails, on a channel that pings by
// keepalive; how it ended.
inline void quiet_stream(Stub& stub, double seconds) {
  Context context(300);
  auto stream = stub.FullDuplexCall(&context);
  std::mutex lock;
  std::condition_variable changed;
  bool over = false;
  std::thread writer([&] {
    std::unique_lock<std::mutex> held(lock);
    changed.wait_for(held, std::chrono::duration<double>(seconds), [&] { return over; });
    stream->WritesDone();
  });
  StreamingOutputCallResponse answer;
  while (stream->Read(&answer)) {}
  {
    std::lock_guard<std::mutex> held(lock);
    over = true;
  }
  changed.notify_all();
  writer.join();
  Status status = stream->Finish();
  std::cout << "ended " << status.error_code() << " " << status.error_message() << std::endl;
}

}  // namespace interop
