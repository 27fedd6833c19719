import API
import Domain
import SwiftProtobuf

/// Pairs of an enum of the proto and one of the domain.
struct Choices<Proto: Enum, Value: Hashable & Sendable>: Sendable {
  let field: String
  private let pairs: [(Proto, Value)]

  init(_ field: String, _ pairs: [(Proto, Value)]) {
    self.field = "settings.\(field)"
    self.pairs = pairs
  }

  /// Zero, the enum's "unspecified", for a value without a pair.
  func proto(_ value: Value) -> Proto {
    pairs.first { $0.1 == value }?.0 ?? Proto()
  }

  /// Unspecified: `fallback`.
  func domain(_ proto: Proto, _ fallback: Value) throws(ServiceFailure) -> Value {
    if proto.rawValue == 0 { return fallback }
    guard let pair = pairs.first(where: { $0.0 == proto }) else {
      throw .fault(.invalid(field: field, because: "must be one of its enum's values"))
    }
    return pair.1
  }

  func domain(_ protos: [Proto]) throws(ServiceFailure) -> [Value] {
    var values: [Value] = []
    for proto in protos {
      guard let pair = pairs.first(where: { $0.0 == proto }) else {
        throw .fault(.invalid(field: field, because: "must be some of its enum's values"))
      }
      values.append(pair.1)
    }
    return values
  }
}

/// The settings' enums.
enum SettingChoices {
  typealias Settings = OrganizationSettings

  static let roleTemplates = Choices<Roster_V1_RoleTemplate, Settings.RoleTemplate>(
    "role_template",
    [
      (.userManagerAdmin, .userManagerAdmin),
      (.readonlyTrainConfigureAdmin, .readonlyTrainConfigureAdmin),
      (.adminReadOnly, .adminReadOnly), (.none, .none),
    ])
  static let roleModes = Choices<Roster_V1_RoleMode, Settings.RoleMode>(
    "role_mode", [(.both, .both), (.single, .single), (.groups, .groups)])
  static let userCreations = Choices<Roster_V1_UserCreation, Settings.UserCreation>(
    "user_creation", [(.invitation, .invitation), (.direct, .direct), (.directory, .directory)])
  static let companyModes = Choices<Roster_V1_CompanyMode, Settings.CompanyMode>(
    "company_mode", [(.none, .none), (.optional, .optional), (.required, .required)])
  static let restoreGroups = Choices<Roster_V1_RestoreGroups, Settings.RestoreGroups>(
    "deactivation.restore_groups",
    [(.automatic, .automatic), (.choose, .choose), (.none, .none)])
  static let deletionModes = Choices<Roster_V1_DeletionMode, Settings.DeletionMode>(
    "deletion.modes", [(.soft, .soft), (.permanent, .permanent), (.hard, .hard)])
  static let confirmations = Choices<
    Roster_V1_DeletionConfirmation, Settings.DeletionConfirmation
  >(
    "deletion.confirmation", [(.stepUp, .stepUp), (.typeEmail, .typeEmail), (.none, .none)])
  static let groupSyncModes = Choices<Roster_V1_GroupSyncMode, Settings.GroupSyncMode>(
    "group_sync_mode", [(.refuse, .refuse), (.keep, .keep), (.overwrite, .overwrite)])
}
