import Domain
import Text

// Readers of what lists are asked for.

/// Empty: everybody who is not deleted.
func readUserFilter(_ text: String) throws(ServiceFailure) -> UserFilter {
  do throws(FilterRefusal) {
    // An address is compared in the form in which it would be stored, if it can be one.
    return try UserFilter(text).spellingAddresses { address in
      (try? EmailAddress(parsing: address))?.text ?? address
    }
  } catch {
    throw .fault(.filterInvalid(error))
  }
}

/// Empty: `fallback`.
func readOrder<Field: SortField>(
  _ text: String, or fallback: ListOrder<Field>
) throws(ServiceFailure) -> ListOrder<Field> {
  do throws(OrderRefusal) {
    return try ListOrder(text, or: fallback)
  } catch {
    throw .fault(.orderInvalid(error))
  }
}

/// Empty: none.
func readUserSearch(_ text: String) throws(ServiceFailure) -> UserSearch? {
  guard !text.isEmpty else { return nil }
  do throws(UserSearch.Refusal) {
    return try UserSearch(text)
  } catch {
    switch error {
    case .tooShort: throw .fault(.searchTooShort)
    case .tooLong:
      throw .fault(.over(.textCodePoints(DataLimits.searchCodePointsMax), field: "search"))
    case .controlCharacter:
      throw .fault(.invalid(field: "search", because: "must not hold control characters"))
    }
  }
}
