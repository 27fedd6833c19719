// The cases of gRPC's interop-test-descriptions.md, as far as gRPC C++ can express them.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/client_unary_call.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "grpc/testing/test.grpc.pb.h"

// What came over the wire, which the library tells nobody but its own tests.
uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);
// GRPC_WRITE_INTERNAL_TEST_ONLY_WAS_COMPRESSED of its private headers.
constexpr uint32_t came_compressed = 0x40000000u;

namespace grpc::testing {
// gRPC C++ names this class as a friend of its context for interoperability tests.
class InteropClientContextInspector {
 public:
  static bool was_compressed(const ClientContext& context) {
    return grpc_call_test_only_get_message_flags(context.call_) & came_compressed;
  }
};
}  // namespace grpc::testing

namespace interop {

using namespace grpc::testing;
using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;
using Inspector = InteropClientContextInspector;
using Stub = TestService::Stub;
using ChannelMaker = std::function<std::shared_ptr<grpc::Channel>()>;

#define CHECK(claim) \
  if (!(claim)) \
  throw std::runtime_error(std::string("line ") + std::to_string(__LINE__) + ": " #claim)

inline std::chrono::system_clock::time_point in_seconds(double seconds) {
  return std::chrono::system_clock::now() +
         std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6));
}

// A context whose call can't hang a test.
struct Context : ClientContext {
  explicit Context(double seconds = 30) { set_deadline(in_seconds(seconds)); }
};

inline SimpleRequest simple(int response_size, size_t body_size) {
  SimpleRequest request;
  request.set_response_size(response_size);
  request.mutable_payload()->set_body(std::string(body_size, '\0'));
  return request;
}

inline SimpleRequest large() { return simple(314159, 271828); }

inline StreamingOutputCallRequest asking(std::vector<int> sizes, size_t body_size = 0) {
  StreamingOutputCallRequest request;
  for (int size : sizes) request.add_response_parameters()->set_size(size);
  if (body_size) request.mutable_payload()->set_body(std::string(body_size, '\0'));
  return request;
}

inline void answered(const Status& status) {
  if (!status.ok())
    throw std::runtime_error(
        "status " + std::to_string(status.error_code()) + ": " + status.error_message());
}

inline void empty_unary(Stub& stub) {
  Context context;
  Empty answer;
  answered(stub.EmptyCall(&context, Empty(), &answer));
  CHECK(answer.ByteSizeLong() == 0);
}

inline void large_unary(Stub& stub) {
  Context context;
  SimpleResponse answer;
  answered(stub.UnaryCall(&context, large(), &answer));
  CHECK(answer.payload().body() == std::string(314159, '\0'));
}

inline void cacheable_unary(Stub& stub) {
  Context context;
  SimpleResponse answer;
  answered(stub.CacheableUnaryCall(&context, simple(7, 0), &answer));
  CHECK(answer.payload().body().size() == 7);
}

inline void client_streaming(Stub& stub) {
  Context context;
  StreamingInputCallResponse answer;
  auto stream = stub.StreamingInputCall(&context, &answer);
  for (int size : {27182, 8, 1828, 45904}) {
    StreamingInputCallRequest request;
    request.mutable_payload()->set_body(std::string(size, '\0'));
    CHECK(stream->Write(request));
  }
  stream->WritesDone();
  answered(stream->Finish());
  CHECK(answer.aggregated_payload_size() == 74922);
}

inline void server_streaming(Stub& stub) {
  Context context;
  auto stream = stub.StreamingOutputCall(&context, asking({31415, 9, 2653, 58979}));
  StreamingOutputCallResponse answer;
  for (size_t size : {31415, 9, 2653, 58979}) {
    CHECK(stream->Read(&answer));
    CHECK(answer.payload().body().size() == size);
  }
  CHECK(!stream->Read(&answer));
  answered(stream->Finish());
}

inline void ping_pong(Stub& stub) {
  Context context;
  auto stream = stub.FullDuplexCall(&context);
  StreamingOutputCallResponse answer;
  std::vector<std::pair<int, size_t>> turns = {
      {27182, 31415}, {8, 9}, {1828, 2653}, {45904, 58979}};
  for (auto [sent, taken] : turns) {
    CHECK(stream->Write(asking({static_cast<int>(taken)}, sent)));
    CHECK(stream->Read(&answer));
    CHECK(answer.payload().body().size() == taken);
  }
  stream->WritesDone();
  CHECK(!stream->Read(&answer));
  answered(stream->Finish());
}

inline void empty_stream(Stub& stub) {
  Context context;
  auto stream = stub.FullDuplexCall(&context);
  stream->WritesDone();
  StreamingOutputCallResponse answer;
  CHECK(!stream->Read(&answer));
  answered(stream->Finish());
}

inline void half_duplex(Stub& stub) {
  Context context;
  auto stream = stub.HalfDuplexCall(&context);
  for (int size : {31415, 9, 2653}) CHECK(stream->Write(asking({size})));
  stream->WritesDone();
  StreamingOutputCallResponse answer;
  for (size_t size : {31415, 9, 2653}) {
    CHECK(stream->Read(&answer));
    CHECK(answer.payload().body().size() == size);
  }
  CHECK(!stream->Read(&answer));
  answered(stream->Finish());
}

inline Status unary_compressed(Stub& stub, bool compressed, bool expected) {
  Context context;
  if (compressed) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  SimpleRequest request = large();
  request.mutable_expect_compressed()->set_value(expected);
  SimpleResponse answer;
  Status status = stub.UnaryCall(&context, request, &answer);
  if (status.ok()) CHECK(answer.payload().body().size() == 314159);
  return status;
}

inline void client_compressed_unary(Stub& stub) {
  // The probe: a server that can't see the flag would take it.
  CHECK(unary_compressed(stub, false, true).error_code() == StatusCode::INVALID_ARGUMENT);
  answered(unary_compressed(stub, true, true));
  answered(unary_compressed(stub, false, false));
}

inline void client_compressed_streaming(Stub& stub) {
  auto message = [](int size, bool compressed) {
    StreamingInputCallRequest request;
    request.mutable_payload()->set_body(std::string(size, '\0'));
    request.mutable_expect_compressed()->set_value(compressed);
    return request;
  };
  StreamingInputCallResponse answer;
  {
    Context context;
    context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    auto probe = stub.StreamingInputCall(&context, &answer);
    probe->Write(message(27182, true), grpc::WriteOptions().set_no_compression());
    probe->WritesDone();
    CHECK(probe->Finish().error_code() == StatusCode::INVALID_ARGUMENT);
  }
  Context context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  auto stream = stub.StreamingInputCall(&context, &answer);
  CHECK(stream->Write(message(27182, true)));
  CHECK(stream->Write(message(45904, false), grpc::WriteOptions().set_no_compression()));
  stream->WritesDone();
  answered(stream->Finish());
  CHECK(answer.aggregated_payload_size() == 73086);
}

inline void server_compressed_unary(Stub& stub) {
  for (bool compressed : {true, false}) {
    Context context;
    SimpleRequest request = large();
    request.mutable_response_compressed()->set_value(compressed);
    SimpleResponse answer;
    answered(stub.UnaryCall(&context, request, &answer));
    CHECK(answer.payload().body().size() == 314159);
    CHECK(Inspector::was_compressed(context) == compressed);
  }
}

inline void server_compressed_streaming(Stub& stub) {
  Context context;
  StreamingOutputCallRequest request = asking({31415, 92653});
  request.mutable_response_parameters(0)->mutable_compressed()->set_value(true);
  request.mutable_response_parameters(1)->mutable_compressed()->set_value(false);
  auto stream = stub.StreamingOutputCall(&context, request);
  StreamingOutputCallResponse answer;
  CHECK(stream->Read(&answer));
  CHECK(answer.payload().body().size() == 31415 && Inspector::was_compressed(context));
  CHECK(stream->Read(&answer));
  CHECK(answer.payload().body().size() == 92653 && !Inspector::was_compressed(context));
  CHECK(!stream->Read(&answer));
  answered(stream->Finish());
}

inline void expect_metadata(const ClientContext& context) {
  auto initial = context.GetServerInitialMetadata().find("x-grpc-test-echo-initial");
  CHECK(initial != context.GetServerInitialMetadata().end());
  CHECK(initial->second == "test_initial_metadata_value");
  auto trailing = context.GetServerTrailingMetadata().find("x-grpc-test-echo-trailing-bin");
  CHECK(trailing != context.GetServerTrailingMetadata().end());
  CHECK(trailing->second == "\xab\xab\xab");
}

inline void add_metadata(ClientContext& context) {
  context.AddMetadata("x-grpc-test-echo-initial", "test_initial_metadata_value");
  context.AddMetadata("x-grpc-test-echo-trailing-bin", "\xab\xab\xab");
}

inline void custom_metadata(Stub& stub) {
  Context unary;
  add_metadata(unary);
  SimpleResponse answer;
  answered(stub.UnaryCall(&unary, large(), &answer));
  expect_metadata(unary);

  Context duplex;
  add_metadata(duplex);
  auto stream = stub.FullDuplexCall(&duplex);
  CHECK(stream->Write(asking({314159}, 271828)));
  stream->WritesDone();
  StreamingOutputCallResponse streamed;
  CHECK(stream->Read(&streamed) && streamed.payload().body().size() == 314159);
  CHECK(!stream->Read(&streamed));
  answered(stream->Finish());
  expect_metadata(duplex);
}

inline void expect_status(Stub& stub, StatusCode code, const std::string& message) {
  Context unary;
  SimpleRequest request;
  request.mutable_response_status()->set_code(code);
  request.mutable_response_status()->set_message(message);
  SimpleResponse answer;
  Status status = stub.UnaryCall(&unary, request, &answer);
  CHECK(status.error_code() == code && status.error_message() == message);

  Context duplex;
  auto stream = stub.FullDuplexCall(&duplex);
  StreamingOutputCallRequest streamed;
  *streamed.mutable_response_status() = request.response_status();
  stream->Write(streamed);
  stream->WritesDone();
  status = stream->Finish();
  CHECK(status.error_code() == code && status.error_message() == message);
}

inline void status_code_and_message(Stub& stub) {
  expect_status(stub, StatusCode::UNKNOWN, "test status message");
}

inline void special_status_message(Stub& stub) {
  expect_status(
      stub, StatusCode::UNKNOWN,
      "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n");
}

inline void cancel_after_begin(Stub& stub) {
  Context context;
  StreamingInputCallResponse answer;
  auto stream = stub.StreamingInputCall(&context, &answer);
  context.TryCancel();
  CHECK(stream->Finish().error_code() == StatusCode::CANCELLED);
}

inline void cancel_after_first_response(Stub& stub) {
  Context context;
  auto stream = stub.FullDuplexCall(&context);
  CHECK(stream->Write(asking({31415}, 27182)));
  StreamingOutputCallResponse answer;
  CHECK(stream->Read(&answer) && answer.payload().body().size() == 31415);
  context.TryCancel();
  CHECK(stream->Finish().error_code() == StatusCode::CANCELLED);
}

inline void timeout_on_sleeping_server(Stub& stub) {
  Context context(0.001);
  auto stream = stub.FullDuplexCall(&context);
  stream->Write(asking({}, 27182));
  CHECK(stream->Finish().error_code() == StatusCode::DEADLINE_EXCEEDED);
}

inline void rpc_soak(Stub& stub) {
  for (int round = 0; round < 100; ++round) large_unary(stub);
}

// Cases that make their own calls or channels.

inline void unimplemented(const std::shared_ptr<grpc::Channel>& channel, const char* path) {
  Context context;
  Empty answer;
  Status status = grpc::internal::BlockingUnaryCall<Empty, Empty, Empty, Empty>(
      channel.get(),
      grpc::internal::RpcMethod(path, grpc::internal::RpcMethod::NORMAL_RPC, channel), &context,
      Empty(), &answer);
  CHECK(status.error_code() == StatusCode::UNIMPLEMENTED);
}

inline void channel_soak(const ChannelMaker& make) {
  for (int round = 0; round < 25; ++round) large_unary(*TestService::NewStub(make()));
}

// On one connection, beyond the streams that the server allows at once.
inline void concurrent_large_unary(const ChannelMaker& make) {
  auto stub = TestService::NewStub(make());
  constexpr int count = 300;
  grpc::CompletionQueue queue;
  std::vector<Context> contexts(count);
  std::vector<SimpleResponse> answers(count);
  std::vector<Status> statuses(count);
  std::vector<std::unique_ptr<grpc::ClientAsyncResponseReader<SimpleResponse>>> calls;
  for (int index = 0; index < count; ++index) {
    calls.push_back(stub->AsyncUnaryCall(&contexts[index], large(), &queue));
    calls[index]->Finish(&answers[index], &statuses[index], nullptr);
  }
  void* tag;
  bool fine;
  for (int index = 0; index < count; ++index) CHECK(queue.Next(&tag, &fine) && fine);
  for (int index = 0; index < count; ++index) {
    answered(statuses[index]);
    CHECK(answers[index].payload().body().size() == 314159);
  }
}

inline std::map<std::string, std::function<void(const ChannelMaker&)>> cases() {
  std::map<std::string, std::function<void(const ChannelMaker&)>> found;
  std::map<std::string, void (*)(Stub&)> plain = {
#define CASE(name) {#name, name}
      CASE(empty_unary), CASE(large_unary), CASE(cacheable_unary), CASE(client_streaming),
      CASE(server_streaming), CASE(ping_pong), CASE(empty_stream), CASE(half_duplex),
      CASE(client_compressed_unary), CASE(client_compressed_streaming),
      CASE(server_compressed_unary), CASE(server_compressed_streaming), CASE(custom_metadata),
      CASE(status_code_and_message), CASE(special_status_message), CASE(cancel_after_begin),
      CASE(cancel_after_first_response), CASE(timeout_on_sleeping_server), CASE(rpc_soak),
#undef CASE
  };
  for (auto [name, body] : plain)
    found[name] = [body = body](const ChannelMaker& make) { body(*TestService::NewStub(make())); };
  found["unimplemented_method"] = [](const ChannelMaker& make) {
    unimplemented(make(), "/grpc.testing.TestService/UnimplementedCall");
  };
  found["unimplemented_service"] = [](const ChannelMaker& make) {
    unimplemented(make(), "/grpc.testing.UnimplementedService/UnimplementedCall");
  };
  found["channel_soak"] = channel_soak;
  found["concurrent_large_unary"] = concurrent_large_unary;
  return found;
}

}  // namespace interop
