// What honest clients do a lot of, and no server may take for an attack.
#pragma once

#include <atomic>

#include "cases.h"

namespace interop {

// How the calls of a run ended, and over how many connections.
struct Tally {
  std::map<int, int> codes;
  std::map<std::string, int> messages;

  void add(const Status& status) {
    ++codes[status.error_code()];
    if (!status.ok()) ++messages[status.error_message()];
  }
  void print() const {
    for (auto [code, count] : codes) std::cout << "code " << code << " " << count << "\n";
    for (auto& [message, count] : messages)
      std::cout << "message " << count << " " << message << "\n";
  }
};

// COUNT unary calls of `deadline` seconds each, `parallel` at once; every tenth is asked for at
// leisure and must be answered.
inline void short_deadlines(Stub& stub, int count, int parallel, double deadline) {
  std::vector<Tally> short_ones(parallel), patient(parallel);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < parallel; ++thread)
    threads.emplace_back([&, thread] {
      for (int index = thread; index < count; index += parallel) {
        SimpleResponse answer;
        bool hurried = index / parallel % 10 != 9;
        Context context(hurried ? deadline : 30);
        Status status = stub.UnaryCall(&context, simple(100'000, 1'000), &answer);
        (hurried ? short_ones : patient)[thread].add(status);
      }
    });
  for (auto& thread : threads) thread.join();
  for (int thread = 0; thread < parallel; ++thread) {
    for (auto [code, number] : short_ones[thread].codes) {
      std::cout << "hurried " << code << " " << number << "\n";
      CHECK(code == StatusCode::OK || code == StatusCode::DEADLINE_EXCEEDED);
    }
    patient[thread].print();
    CHECK(patient[thread].codes.size() <= 1 && patient[thread].messages.empty());
  }
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

// One open stream without a message for `seconds`, whose channel pings by keepalive; its end.
inline void quiet_stream(Stub& stub, double seconds) {
  Context context(300);
  auto stream = stub.FullDuplexCall(&context);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    stream->WritesDone();
  });
  StreamingOutputCallResponse answer;
  while (stream->Read(&answer)) {}
  Status status = stream->Finish();
  std::cout << "ended " << status.error_code() << " " << status.error_message() << std::endl;
  writer.join();
}

}  // namespace interop
