import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// Why a method does not generate.
struct RuleViolation: Error, CustomStringConvertible {
  let method: String
  let file: String
  let demand: String

  var description: String { "\(file): \(method): \(demand)" }
}

/// The rule of a method of `roster.v1`, nil for a method of another package.
/// - Throws: ``RuleViolation`` when it has none or breaks the conventions of the API.
func checkedRule(of method: MethodDescriptor) throws -> Roster_V1_MethodRule? {
  guard method.file.package.hasPrefix("roster.v") else { return nil }
  func demand(_ condition: Bool, _ text: String) throws {
    guard condition else {
      throw RuleViolation(method: method.fullName, file: method.file.name, demand: text)
    }
  }

  try demand(
    method.options.hasRoster_V1_rule,
    "needs option (roster.v1.rule): who may call it, where, and how it runs")
  let rule = method.options.Roster_V1_rule
  guard let request = method.inputType, let response = method.outputType else { return rule }

  let parts = rule.permission.split(separator: ".", omittingEmptySubsequences: false)
  try demand(
    parts.count == 2 && parts.allSatisfy { !$0.isEmpty }, "permission must be `resource.verb`")
  try demand(rule.scope != .unspecified, "scope is missing")
  try demand(rule.admissionClass != .unspecified, "admission_class is missing")
  try demand(
    request.name == method.name + "Request" && response.name == method.name + "Response",
    "must take \(method.name)Request and return \(method.name)Response")

  let organization = request.field(named: "organization_id")
  try demand(
    (rule.scope == .organization) == (organization != nil),
    "SCOPE_ORGANIZATION and the request's organization_id go together")
  try demand(
    organization.map { $0.number == 1 && $0.type == .string } ?? true,
    "organization_id must be `string organization_id = 1`")

  try demand(
    !rule.writes || method.options.idempotencyLevel != .noSideEffects,
    "writes: idempotency_level can't be NO_SIDE_EFFECTS")
  try demand(!rule.narrowing || rule.writes, "narrowing needs writes")
  try demand(
    rule.messageSizeMax <= 64 << 20 && rule.deadlineMaxMs <= 86_400_000,
    "message_size_max is at most 64 MiB, deadline_max_ms a day")
  try demand(
    !rule.hot || !rule.writes && !method.clientStreaming && !method.serverStreaming,
    "hot is for unary reads")
  guard rule.writes else { return rule }
  try demand(
    request.field(named: "request_id")?.type == .string
      && request.field(named: "validate_only")?.type == .bool,
    "writes: the request needs `string request_id` and `bool validate_only`")
  try demand(
    response.field(named: "changed")?.type == .bool
      && response.field(named: "revision")?.type == .string,
    "writes: the response needs `bool changed` and `string revision`")
  return rule
}

extension Descriptor {
  fileprivate func field(named name: String) -> FieldDescriptor? {
    fields.first { $0.name == name }
  }
}
