import Foundation
import Testing

/// Runs protoc with our plugin on one file, beside the real options.
private func generate(_ proto: String) throws -> (exitCode: Int32, errors: String) {
  let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let built = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  let plugin = URL(filePath: built).deletingLastPathComponent().appending(path: "protoc-gen-roster")
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try Data(proto.utf8).write(to: folder.appending(path: "case.proto"))

  let process = Process()
  let errors = Pipe()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [
    "protoc", "-I", root.appending(path: "proto").path, "-I", folder.path,
    "--plugin=protoc-gen-roster=\(plugin.path)", "--roster_out=\(folder.path)", "case.proto",
  ]
  process.standardError = errors
  try process.run()
  let text = try errors.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: text, as: UTF8.self))
}

private func service(package: String = "roster.v1", rule: String, request: String = "") -> String {
  """
  syntax = "proto3";
  package \(package);
  import "roster/v1/options.proto";
  service CaseService {
    rpc DoIt(DoItRequest) returns (DoItResponse) { \(rule) }
  }
  message DoItRequest { \(request) }
  message DoItResponse {}
  """
}

@Suite struct `Generating` {
  @Test func `refuses a method of roster.v1 without a rule, naming it`() throws {
    let outcome = try generate(service(rule: ""))
    #expect(outcome.exitCode != 0)
    #expect(
      outcome.errors.contains(
        "case.proto: roster.v1.CaseService.DoIt: needs option (roster.v1.rule)"))
  }

  @Test func `asks nothing of other packages`() throws {
    let outcome = try generate(service(package: "elsewhere.v1", rule: ""))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
  }

  @Test(arguments: [
    (#"scope: SCOPE_CALLER admission_class: ADMISSION_CLASS_LOOKUP"#, "", "permission"),
    (#"permission: "a.b" admission_class: ADMISSION_CLASS_LOOKUP"#, "", "scope is missing"),
    (#"permission: "a.b" scope: SCOPE_CALLER"#, "", "admission_class is missing"),
    (
      #"permission: "a.b" scope: SCOPE_ORGANIZATION admission_class: ADMISSION_CLASS_LOOKUP"#, "",
      "SCOPE_ORGANIZATION and the request's organization_id go together"
    ),
    (
      #"permission: "a.b" scope: SCOPE_ORGANIZATION admission_class: ADMISSION_CLASS_LOOKUP"#,
      "string organization_id = 2;", "organization_id must be `string organization_id = 1`"
    ),
    (
      #"permission: "a.b" scope: SCOPE_CALLER admission_class: ADMISSION_CLASS_WRITE writes: true"#,
      "", "needs `string request_id` and `bool validate_only`"
    ),
  ])
  func `refuses a rule that breaks the conventions`(
    _ rule: String, _ request: String, _ demand: String
  ) throws {
    let outcome = try generate(
      service(rule: "option (roster.v1.rule) = { \(rule) };", request: request))
    #expect(outcome.exitCode != 0)
    #expect(outcome.errors.contains(demand), "\(outcome.errors)")
  }

  @Test func `refuses a write that says it has no side effects`() throws {
    let rule = """
      option idempotency_level = NO_SIDE_EFFECTS;
      option (roster.v1.rule) = {
        permission: "a.b" scope: SCOPE_CALLER admission_class: ADMISSION_CLASS_WRITE writes: true
      };
      """
    let outcome = try generate(service(rule: rule))
    #expect(outcome.exitCode != 0)
    #expect(outcome.errors.contains("can't be NO_SIDE_EFFECTS"), "\(outcome.errors)")
  }
}
