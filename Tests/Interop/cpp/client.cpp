// client ADDRESS CASE [--ca FILE] [--keepalive MS]
//   the cases of cases.h by name; and
// client ADDRESS short_deadlines|flood COUNT PARALLEL MS
// client ADDRESS cancels COUNT PARALLEL
// client ADDRESS bandwidth_pings MEBIBYTES
// client ADDRESS quiet_stream SECONDS
// Ends with 0 when all is as the case demands.
#include <fstream>
#include <iostream>
#include <sstream>

#include "honest.h"

using namespace interop;

namespace {

struct Arguments {
  std::vector<std::string> plain;
  std::string ca;
  int keepalive_ms = 0;

  Arguments(int count, char** values) {
    for (int index = 1; index < count; ++index) {
      std::string value = values[index];
      if (value == "--ca") ca = values[++index];
      else if (value == "--keepalive") keepalive_ms = std::stoi(values[++index]);
      else plain.push_back(value);
    }
  }
  double number(size_t index) const { return std::stod(plain.at(index)); }
};

std::shared_ptr<grpc::Channel> channel(const Arguments& arguments) {
  grpc::ChannelArguments settings;
  settings.SetMaxReceiveMessageSize(-1);
  settings.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (arguments.keepalive_ms) {
    settings.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, arguments.keepalive_ms);
    settings.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    settings.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  }
  auto credentials = grpc::InsecureChannelCredentials();
  if (!arguments.ca.empty()) {
    std::stringstream text;
    text << std::ifstream(arguments.ca).rdbuf();
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = text.str();
    credentials = grpc::SslCredentials(options);
  }
  return grpc::CreateCustomChannel(arguments.plain.at(0), credentials, settings);
}

void run(const Arguments& arguments) {
  const std::string& name = arguments.plain.at(1);
  auto make = [&] { return channel(arguments); };
  auto known = cases();
  if (auto found = known.find(name); found != known.end()) return found->second(make);
  auto stub = TestService::NewStub(make());
  if (name == "short_deadlines" || name == "flood")
    return (name == "flood" ? flood : short_deadlines)(
        *stub, arguments.number(2), arguments.number(3), arguments.number(4) / 1000);
  if (name == "cancels") return cancels(*stub, arguments.number(2), arguments.number(3));
  if (name == "bandwidth_pings") return bandwidth_pings(*stub, arguments.number(2));
  if (name == "quiet_stream") return quiet_stream(*stub, arguments.number(2));
  throw std::runtime_error("no case " + name);
}

}  // namespace

int main(int count, char** values) {
  try {
    run(Arguments(count, values));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
