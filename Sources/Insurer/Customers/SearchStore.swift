import Kernel
import Storage

/// The statements of search. Each looks at no more than `bound` candidates, newest first, and answers raw ids.
enum SearchStore {
  /// The most candidates that a search looks at (decision 18).
  static let bound = 2_000

  private static func ids(_ sql: SQL) -> Query<[Int64]> { .all(sql) { $0.int(0) } }

  static func customer(_ id: Int64) -> Query<[Int64]> {
    ids("SELECT c.id FROM customers c WHERE c.id = \(id) AND \(visible: .customer, "c")")
  }

  static func named(_ name: String, scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT customer_id FROM book WHERE scope = \(scope) AND name = \(name)
      ORDER BY customer_id DESC LIMIT \(bound + 1)
      """)
  }

  static func nameBegins(_ prefix: String, scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT customer_id FROM book
      WHERE scope = \(scope) AND name > \(prefix) AND name < \(SearchQuery.end(of: prefix))
      ORDER BY name, customer_id LIMIT \(bound + 1)
      """)
  }

  static func pinyinIs(_ key: String, scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT customer_id FROM book WHERE scope = \(scope) AND pinyin = \(key)
      ORDER BY customer_id DESC LIMIT \(bound + 1)
      """)
  }

  static func pinyinBegins(_ prefix: String, scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT customer_id FROM book
      WHERE scope = \(scope) AND pinyin > \(prefix) AND pinyin < \(SearchQuery.end(of: prefix))
      ORDER BY pinyin, customer_id LIMIT \(bound + 1)
      """)
  }

  static func initialsAre(_ initials: String, scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT customer_id FROM book WHERE scope = \(scope) AND initials = \(initials)
      ORDER BY customer_id DESC LIMIT \(bound + 1)
      """)
  }

  static func initialsBegin(_ prefix: String, scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT customer_id FROM book
      WHERE scope = \(scope) AND initials > \(prefix) AND initials < \(SearchQuery.end(of: prefix))
      ORDER BY initials, customer_id LIMIT \(bound + 1)
      """)
  }

  /// Names that hold the tokens one after the other, within a scope (0 is everybody), newest first.
  static func holding(_ tokens: [String], scope: Int64, in tx: ReadTx) -> Query<[Int64]> {
    tx.isPostgres ? postgresHolding(tokens, scope) : sqliteHolding(tokens, scope)
  }

  private static func sqliteHolding(_ tokens: [String], _ scope: Int64) -> Query<[Int64]> {
    var match = "\"\(tokens.joined(separator: " "))\""
    if scope != 0 { match += " AND \"\(SearchTokens.ofScope(scope))\"" }
    return ids(
      "SELECT rowid FROM search_index WHERE search_index MATCH \(match) ORDER BY rowid DESC LIMIT \(bound + 1)")
  }

  private static func postgresHolding(_ tokens: [String], _ scope: Int64) -> Query<[Int64]> {
    let phrase = tokens.joined(separator: " ")
    let inScope: SQL =
      scope == 0 ? "" : "AND document @@ plainto_tsquery('simple', \(SearchTokens.ofScope(scope)))"
    return ids(
      """
      SELECT customer_id FROM search_docs WHERE document @@ phraseto_tsquery('simple', \(phrase)) \(inScope)
      LIMIT \(bound + 1)
      """
    ).map { $0.sorted(by: >) }
  }

  /// Who has a sealed value, by its blind index; both versions are asked while an index is renewed.
  static func indexed(_ kind: IndexKind, _ values: [[UInt8]], scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT i.customer_id FROM blind_index i JOIN book b ON b.scope = \(scope) AND b.customer_id = i.customer_id
      WHERE i.kind = \(kind.rawValue) AND i.value IN \(list: values)
      ORDER BY i.customer_id DESC LIMIT \(bound + 1)
      """)
  }

  /// The policyholder and the insured of a policy that the viewer may see.
  static func policy(_ number: String) -> Query<[Int64]> {
    ids(
      """
      SELECT DISTINCT p.customer_id FROM policy_numbers n
        JOIN policy_members m ON m.customer_id = n.customer_id AND m.policy_id = n.policy_id
        JOIN policy_parties p ON p.customer_id = m.party_id AND p.policy_id = n.policy_id
      WHERE n.policy_no = \(number) AND p.role IN ('policyholder', 'insured') AND \(visible: .policy, "p")
      """)
  }

  static func policyholder(_ number: String) -> Query<[Int64]> {
    ids(
      """
      SELECT p.customer_id FROM policy_numbers n
        JOIN policies p ON p.customer_id = n.customer_id AND p.id = n.policy_id
      WHERE n.policy_no = \(number) AND \(visible: .policy, "p")
      """)
  }

  static func claim(_ number: String) -> Query<[Int64]> {
    ids(
      """
      SELECT k.customer_id FROM claim_numbers n JOIN claims k ON k.customer_id = n.customer_id AND k.id = n.claim_id
      WHERE n.claim_no = \(number) AND \(visible: .claim, "k")
      """)
  }

  /// Those of the candidates that pass a filter and have agreed to the viewer's purpose, from his rows of the book.
  static func passing(_ candidates: [Int64], _ filter: CustomerFilter, scope: Int64) -> Query<[Int64]> {
    ids(
      """
      SELECT b.customer_id FROM book b
      WHERE b.scope = \(scope) AND b.customer_id IN \(list: candidates) AND \(visible: .book, "b")
        \(ListStore.conditions(filter, person: "b.customer_id"))
      """)
  }
}
