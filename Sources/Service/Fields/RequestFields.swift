import Domain
import SwiftProtobuf
import Text

// Readers of request fields. Each takes the field's path, so that a fault names it.

func readID<ID: ResourceID>(
  _ text: String, field: String, as type: ID.Type = ID.self
) throws(ServiceFailure) -> ID {
  guard !text.isEmpty else { throw .fault(.required(field: field)) }
  guard let id = ID(canonical: text) else { throw .fault(.idInvalid(field: field)) }
  return id
}

/// Empty: none.
func readCompany(_ text: String, field: String) throws(ServiceFailure) -> CompanyID? {
  text.isEmpty ? nil : try readID(text, field: field)
}

/// Each once, in the order of the request.
func readUserIDs(_ texts: [String], field: String) throws(ServiceFailure) -> [UserID] {
  guard texts.count <= DataLimits.batchMax else {
    throw .fault(.over(.batchItems(DataLimits.batchMax), field: field))
  }
  var ids: [UserID] = []
  var seen: Set<UserID> = []
  for (index, text) in texts.enumerated() {
    let id: UserID = try readID(text, field: "\(field)[\(index)]")
    if seen.insert(id).inserted { ids.append(id) }
  }
  return ids
}

func readDomain(_ text: String) throws(ServiceFailure) -> DomainName {
  guard !text.isEmpty else { throw .fault(.required(field: "domain")) }
  do {
    return try DomainName(ascii: EmailDomain.asciiForm(text))
  } catch {
    throw .life(.domainInvalid)
  }
}

func readEmail(_ text: String, field: String) throws(ServiceFailure) -> EmailAddress {
  guard !text.isEmpty else { throw .fault(.required(field: field)) }
  do throws(EmailAddress.Refusal) {
    return try EmailAddress(parsing: text)
  } catch {
    switch error {
    case .malformed, .localPartInvalid, .domainInvalid:
      throw .fault(.emailInvalid(field: field))
    case .localPartUnsupported: throw .fault(.emailUnsupported(field: field))
    case .tooLong: throw .fault(.over(.emailBytes(DataLimits.emailBytesMax), field: field))
    }
  }
}

/// - Parameter text: in NFC.
func readName(_ text: String, field: String) throws(ServiceFailure) -> Name {
  do throws(Name.Refusal) {
    return try Name(nfc: text)
  } catch {
    switch error {
    case .tooLong:
      throw .fault(.over(.nameCodePoints(DataLimits.nameCodePointsMax), field: field))
    case .controlCharacter:
      throw .fault(.invalid(field: field, because: "must not hold control characters"))
    }
  }
}

/// Empty: none.
func readExternalID(_ text: String, field: String) throws(ServiceFailure) -> ExternalID? {
  guard !text.isEmpty else { return nil }
  do throws(ExternalID.Refusal) {
    return try ExternalID(text)
  } catch {
    switch error {
    case .empty: return nil
    case .tooLong:
      throw .fault(.over(.textBytes(DataLimits.externalIDBytesMax), field: field))
    case .controlCharacter:
      throw .fault(.invalid(field: field, because: "must not hold control characters"))
    }
  }
}

func readLocale(_ text: String, field: String) throws(ServiceFailure) -> LanguageTag {
  do throws(LanguageTag.Refusal) {
    return try LanguageTag(text)
  } catch {
    switch error {
    case .invalid:
      throw .fault(.invalid(field: field, because: "must be a BCP 47 language tag"))
    case .tooLong: throw .fault(.over(.textBytes(DataLimits.localeBytesMax), field: field))
    }
  }
}

func readAvatarURL(_ text: String, field: String) throws(ServiceFailure) -> AvatarURL {
  do throws(AvatarURL.Refusal) {
    return try AvatarURL(text)
  } catch {
    switch error {
    case .invalid:
      throw .fault(.invalid(field: field, because: "must be an https: or http: address"))
    case .tooLong: throw .fault(.over(.textBytes(DataLimits.avatarURLBytesMax), field: field))
    }
  }
}

func readAttributes(
  _ values: [String: String], field: String
) throws(ServiceFailure) -> UserAttributes {
  do throws(UserAttributes.Refusal) {
    return try UserAttributes(values)
  } catch {
    switch error {
    case .tooMany:
      throw .fault(.over(.attributeCount(DataLimits.attributeKeysMax), field: field))
    case .tooLarge:
      throw .fault(.over(.attributeBytes(DataLimits.attributesBytesMax), field: field))
    case .keyInvalid:
      throw .fault(
        .invalid(
          field: field,
          because: "must have keys of 1 to \(DataLimits.attributeKeyBytesMax) bytes "
            + "without control characters"))
    case .valueInvalid(let key):
      throw .fault(.invalid(field: "\(field).\(key)", because: "must not hold U+0000"))
    }
  }
}

func readReason(_ text: String, field: String) throws(ServiceFailure) -> Reason {
  do throws(Reason.Refusal) {
    return try Reason(text)
  } catch {
    switch error {
    case .tooLong:
      throw .fault(.over(.textCodePoints(DataLimits.reasonCodePointsMax), field: field))
    case .controlCharacter:
      throw .fault(.invalid(field: field, because: "must not hold control characters"))
    }
  }
}

func readDescription(_ text: String, field: String) throws(ServiceFailure) -> Description {
  do throws(Description.Refusal) {
    return try Description(text)
  } catch {
    switch error {
    case .tooLong:
      throw .fault(.over(.textCodePoints(DataLimits.descriptionCodePointsMax), field: field))
    case .controlCharacter:
      throw .fault(.invalid(field: field, because: "must not hold control characters"))
    }
  }
}

/// A protobuf Timestamp, which has years 1 to 9999.
func readInstant(
  _ time: Google_Protobuf_Timestamp, field: String
) throws(ServiceFailure) -> Timestamp {
  guard let instant = Timestamp(seconds: time.seconds, nanoseconds: time.nanos),
    -62_135_596_800...253_402_300_799 ~= instant.seconds
  else { throw .fault(.timeInvalid(field: field, because: "is no time")) }
  return instant
}

func readSlug(_ text: String) throws(ServiceFailure) -> Slug {
  guard !text.isEmpty else { throw .fault(.required(field: "slug")) }
  do throws(Slug.Refusal) {
    return try Slug(text)
  } catch {
    throw .fault(.slugInvalid)
  }
}

/// Nil stays nil.
func readTime(
  _ time: Google_Protobuf_Timestamp?, field: String
) throws(ServiceFailure) -> Timestamp? {
  guard let time else { return nil }
  guard let instant = Timestamp(seconds: time.seconds, nanoseconds: time.nanos),
    // The first and the last instant that protobuf's Timestamp may hold.
    -62_135_596_800...253_402_300_799 ~= instant.seconds
  else { throw .fault(.timeInvalid(field: field, because: "is no time")) }
  return instant
}

/// An end by itself lies in the future, when there is one.
func requireFuture(
  _ instant: Timestamp?, _ now: Timestamp, field: String
) throws(ServiceFailure) {
  guard let instant, instant <= now else { return }
  throw .fault(.timeInvalid(field: field, because: "is not in the future"))
}
