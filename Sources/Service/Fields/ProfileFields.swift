import API
import Domain
import Postgres

/// The fields of a user as a request writes them: checked where no database is needed, the names
/// on their way to NFC.
struct ProfileFields {
  private let fields: Set<UserField>
  /// Nil: not written.
  let email: EmailAddress?
  private let externalID: ExternalID?
  private let locale: LanguageTag
  private let avatarURL: AvatarURL
  private let attributes: UserAttributes
  private let company: CompanyID?
  private var names: NameTexts

  private static let nameFields: [UserField] = [.givenName, .familyName, .displayName]

  /// - Parameter fields: those the request writes; nothing is asked of the others.
  init(_ user: Roster_V1_UserFields, fields: Set<UserField>) throws(ServiceFailure) {
    self.fields = fields
    let writes = fields.contains
    email = writes(.email) ? try readEmail(user.email, field: "user.email") : nil
    externalID =
      writes(.externalID) ? try readExternalID(user.externalID, field: "user.external_id") : nil
    locale = writes(.locale) ? try readLocale(user.locale, field: "user.locale") : .unset
    avatarURL =
      writes(.avatarURL) ? try readAvatarURL(user.avatarURL, field: "user.avatar_url") : .unset
    attributes =
      writes(.attributes)
      ? try readAttributes(user.attributes, field: "user.attributes") : .empty
    company =
      writes(.company) ? try readCompany(user.companyID, field: "user.company_id") : nil
    let texts: [UserField: String] = [
      .givenName: user.givenName, .familyName: user.familyName, .displayName: user.displayName,
    ]
    names = try NameTexts(
      Self.nameFields.map { ("user.\($0.rawValue)", writes($0) ? texts[$0] ?? "" : "") })
  }

  /// Adds to flush 1 what NFC needs.
  mutating func ask(_ batch: inout Batch) {
    names.ask(&batch)
  }

  /// The fields as a profile; those not written are empty, and `fallback` has the address then.
  func profile(
    _ mutation: borrowing Mutation, addressUnlessWritten fallback: EmailAddress? = nil
  ) throws(ServiceFailure) -> UserProfile {
    guard let email = email ?? fallback else { throw .fault(.required(field: "user.email")) }
    let names = try names.names(mutation)
    var profile = UserProfile(
      email: email, givenName: names[0], familyName: names[1], displayName: names[2])
    profile.externalID = externalID
    profile.locale = locale
    profile.avatarURL = avatarURL
    profile.attributes = attributes
    profile.company = company
    return profile
  }
}
