import Kernel
import Storage

/// Looks up what the keys in a batch's rows stand for, a statement a kind of key.
enum References {
  /// Names of fields that hold keys of products, customers, staff, policies.
  struct Fields {
    var products: [String] = []
    var customers: [String] = []
    var staff: [String] = []
    var policies: [String] = []
  }

  static func find(_ rows: [ImportRow], _ fields: Fields, source: String, in tx: ReadTx) throws -> PolicyReferences {
    func keys(_ fields: [String]) -> [String] {
      Array(Set(rows.flatMap { row in fields.compactMap { row[$0] } })).sorted()
    }
    var found = PolicyReferences()
    let (products, staff, policies) = try tx.fetch(
      Products.byCodes(keys(fields.products)), Staff.byNumbers(keys(fields.staff)),
      Policies.places(keys(fields.policies)))
    found.products = Dictionary(products.map { ($0.code, $0.id) }) { first, _ in first }
    found.staff = Dictionary(staff.map { ($0.staffNo, $0.id) }) { first, _ in first }
    found.policies = Dictionary(policies.map { ($0.policyNo, $0) }) { first, _ in first }
    found.customers = try customers(keys(fields.customers), source: source, in: tx)
    return found
  }

  /// By the source's own key; else an id as people see it, as `anban export` writes it for who has no key.
  static func customers(_ keys: [String], source: String, in tx: ReadTx) throws -> [String: ID<Customer>] {
    guard !keys.isEmpty else { return [:] }
    let known = try SourceMemory.find("customers", keys: keys, source: source, in: tx)
    var found = known.mapValues { ID<Customer>($0.entity) }
    let ids = keys.filter { found[$0] == nil }.compactMap { key in ID<Customer>(key).map { (key, $0) } }
    guard !ids.isEmpty else { return found }
    let names = try tx.fetch(Customers.names(of: ids.map(\.1)))
    for (key, id) in ids where names[id] != nil { found[key] = id }
    return found
  }
}

/// Rows read into drafts, and their outcomes put back in the rows' order.
struct DraftedRows<Draft: Sendable> {
  private(set) var drafts: [Draft] = []
  private var places: [(row: Int, flags: [FieldError])] = []
  private var outcomes: [RowOutcome?]

  init(_ rows: [ImportRow], _ read: (ImportRow) -> Drafted<Draft>) {
    outcomes = Array(repeating: nil, count: rows.count)
    for (place, row) in rows.enumerated() {
      switch read(row) {
      case .draft(let draft, let flags):
        drafts.append(draft)
        places.append((place, flags))
      case .rejected(let errors): outcomes[place] = .rejected(errors)
      case .waiting(let kind, let key): outcomes[place] = RowOutcome(.waiting(kind: kind, key: key))
      }
    }
  }

  /// - Parameter customers: whose facts each draft's record is, in the drafts' order.
  func outcomes(_ done: [UpsertOutcome], customers: [Int64]) -> [RowOutcome] {
    var outcomes = outcomes
    for (index, result) in done.enumerated() {
      let (place, flags) = places[index]
      let conflicts = result.conflicts.map { Finding($0, .valueConflict, .flag).error }
      outcomes[place] = RowOutcome(
        result.rowResult, entity: result.id, customer: customers[index], flags: flags + result.flags + conflicts)
    }
    return outcomes.map { $0 ?? .rejected([]) }
  }
}

extension UpsertOutcome {
  var rowResult: RowOutcome.Result {
    switch result {
    case .created: .created
    case .updated: .updated
    case .unchanged: .unchanged
    }
  }
}
