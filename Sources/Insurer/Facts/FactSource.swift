import Kernel
import Storage

/// Where facts lie for one viewer: which tables are joined, and which of a person's contract rows is his.
package struct FactSource: Sendable {
  let access: Access
  let now: Instant

  package init(_ access: Access, at now: Instant) {
    self.access = access
    self.now = now
  }

  /// Whether the viewer sees every policy of a person whom he sees (`Visibility.insurer`).
  private var seesWhole: Bool {
    switch (access.scope, access.role) {
    case (.all, _), (_, .adviser), (_, .claims), (_, .underwriter): true
    default: false
    }
  }

  private var scope: Int64 {
    switch access.scope {
    case .all, .none: 0
    case .book(let scope): scope
    }
  }

  /// The scope of the row of `facts_contract` that this viewer may know: the whole person's where nobody else serves
  /// him, else his own scope's.
  private var contractScope: SQL {
    if seesWhole { return "0" }
    let alone: SQL
    if access.role == .manager {
      alone = FactStore.isOfGroup("fp.agent_id", scope)
    } else {
      alone = "fp.agent_id = \(access.staffID)"
    }
    return "CASE WHEN fp.agent_id = -1 OR \(alone) THEN 0 ELSE \(scope) END"
  }

  /// The column of a fact, as the joins name it.
  static func column(_ fact: Fact) -> SQL {
    switch fact.table {
    case .customer: .identifier("c", fact.column)
    case .book: .identifier("fb", fact.column)
    case .person: .identifier("fp", fact.column)
    case .contract: .identifier("fk", fact.column)
    case .none: "NULL"
    }
  }

  /// `FROM …` for the tables that some facts need, and the predicate that picks a person's rows.
  ///
  /// A person without a row of facts has none of them; his own row, when it is asked, is there in any case.
  func rows(of facts: [Fact], person: SQL, always: Bool = false) -> (from: SQL, picked: SQL) {
    var needs: Set<String> = always ? ["c", "fp", "fk", "fb"] : []
    for fact in facts {
      if fact.mask != 0 { needs.insert("c") }
      switch fact.table {
      case .customer, .none: needs.insert("c")
      case .book: needs.insert("fb")
      case .person: needs.insert("fp")
      case .contract: needs.formUnion(seesWhole ? ["fk"] : ["fp", "fk"])
      }
    }
    let tables: [(name: String, table: SQL, key: SQL, more: SQL)] = [
      ("c", "customers c", "c.id", ""), ("fp", "facts_person fp", "fp.customer_id", ""),
      ("fk", "facts_contract fk", "fk.customer_id", " AND fk.scope = \(contractScope)"),
      ("fb", "book fb", "fb.customer_id", " AND fb.scope = \(scope)"),
    ]
    var from: SQL = ""
    var picked: SQL = ""
    var first: SQL?
    for item in tables where needs.contains(item.name) {
      if let first {
        from = from + " LEFT JOIN \(item.table) ON \(item.key) = \(first)\(item.more)"
      } else {
        from = item.table
        picked = "\(item.key) = \(person)\(item.more)"
        first = item.key
      }
    }
    return (from, picked)
  }

  /// Whether a fact's purpose has the person's consent; nil when it rests on none.
  func gate(_ fact: Fact) -> SQL? {
    fact.mask == 0 ? nil : "(c.basis & \(fact.mask)) = \(fact.mask) AND c.basis_until > \(now)"
  }

  func has(_ mask: Int64, basis: Int64, until: Instant) -> Bool { basis & mask == mask && until > now }
}
