/// The invented people of the demo organization: the same 1,000 on every machine.
package struct DemoPerson: Hashable, Sendable {
  package let givenName: String
  package let familyName: String
  package let email: String
}

package enum DemoNames {
  /// The first is `ada@demo.example`, which README's first call asks for.
  package static let people: [DemoPerson] = families.enumerated().flatMap { row, family in
    given.enumerated().map { column, given in
      let isFirst = row == 0 && column == 0
      return DemoPerson(
        givenName: given.name, familyName: family.name,
        email: (isFirst ? given.ascii : "\(given.ascii).\(family.ascii)") + "@demo.example")
    }
  }

  private static func names(_ text: String) -> [(name: String, ascii: String)] {
    text.split(separator: " ").map { entry in
      let parts = entry.split(separator: "/")
      return (String(parts[0]), (parts.last ?? parts[0]).lowercased())
    }
  }

  // Table: a name, and its letters in an address where they differ.
  private static let given = names(
    """
    Ada Amir Anaïs/anais Bjørn/bjorn Carmen Chidi Clara Dmitri Elif Emeka Fátima/fatima Finn Grace \
    Hana Hugo Ibrahim Ines Jan Jun Kavya Kofi Lars Leïla/leila Linh Lucía/lucia Magnus Mei Mira \
    Nadia Noah Olga Paulo Priya Quentin Rosa Sami Tove Umar Vera Yuki
    """)

  private static let families = names(
    """
    Lovelace Abara Bauer Cohen Costa Demir Duval Eriksen Fischer Garcia Haddad Ito Jansen \
    Kowalski/kowalski Lindqvist Mbeki Müller/mueller Nguyen Okafor Petrov Quispe Rao Silva Tanaka \
    Weiß/weiss
    """)
}
