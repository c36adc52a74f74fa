import Kernel
import Storage

/// Customers: persons, and organisations by their name or credit code.
package enum CustomersKind: ImportKind {
  package static let name = "customers"
  package static let key = ["source_id"]
  package static let otherKeys = [["national_id"], ["name", "birth_date"], ["name", "mobile"]]
  /// The door takes them in parts of its own.
  package static let rowsAtOnce = 10_000

  package static let fields: [ImportField] = [
    ImportField(
      "source_id",
      synonyms: ["客户号", "客户编号", "客户ID", "客户代码", "cust_id", "customer_id", "customer no", "cif", "编号", "id"]),
    ImportField("name", required: true, synonyms: ["姓名", "客户姓名", "客户名称", "名称", "full name", "customer name"]),
    ImportField("gender", synonyms: ["性别", "sex"]),
    ImportField(
      "birth_date", synonyms: ["出生日期", "生日", "出生年月", "出生年月日", "birthday", "date of birth", "dob"], form: .day),
    ImportField("id_type", synonyms: ["证件类型", "证件种类", "document type"]),
    ImportField(
      "national_id",
      synonyms: ["身份证号", "身份证", "身份证号码", "证件号", "证件号码", "id_no", "id number", "idcard", "id card no"],
      sealed: true, form: .upper, looksLike: looksLikeID),
    ImportField(
      "mobile", synonyms: ["手机", "手机号", "手机号码", "移动电话", "联系电话", "电话", "phone", "cell", "tel"],
      sealed: true, looksLike: { (try? Mobile.parse($0, admitsDemo: true)) != nil }),
    ImportField(
      "email", synonyms: ["邮箱", "电子邮箱", "电子邮件", "e-mail", "mail"], sealed: true,
      looksLike: { (try? Email.parse($0)) != nil }),
    ImportField(
      "address", synonyms: ["地址", "住址", "联系地址", "家庭地址", "通讯地址", "residence"], sealed: true, form: .prose),
    ImportField("occupation", synonyms: ["职业", "工作", "job", "profession"], form: .prose),
    ImportField("income", synonyms: ["年收入", "收入", "annual income"]),
    ImportField("channel", synonyms: ["渠道", "来源渠道", "销售渠道", "获客渠道", "source channel"]),
    ImportField("created_on", synonyms: ["创建日期", "建档日期", "开户日期", "录入日期", "created", "created at"], form: .day),
    ImportField("owner", synonyms: ["归属人", "所属业务员", "归属业务员", "客户经理", "业务员", "agent", "owner no"]),
    ImportField("adviser", synonyms: ["专属顾问", "客户顾问", "顾问工号", "advisor"]),
  ]

  private static func looksLikeID(_ text: String) -> Bool {
    let bytes = text.utf8
    return (bytes.count == 18 || bytes.count == 15)
      && bytes.prefix(bytes.count == 18 ? 17 : 15).allSatisfy {
        (48...57).contains($0)
      }
  }

  package static func prepare(_ rows: inout [ImportRow], with vault: Vault) throws {
    for place in rows.indices where rows[place].changed == nil {
      rows[place].prepared = PreparedCustomer(try SealedCustomer.prepare(rows[place].values, vault: vault))
    }
  }

  package static func lookAhead(_ rows: inout [ImportRow], after earlier: [ImportRow], in tx: ReadTx) throws {
    let ahead = try Customers.lookAhead(
      rows.map { $0.prepared as? PreparedCustomer }, after: earlier.map { $0.prepared as? PreparedCustomer }, in: tx)
    for (place, prepared) in zip(rows.indices, ahead) { rows[place].prepared = prepared }
  }

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let known = try existing(rows, source: source, in: tx)
    let incoming = rows.map { row in
      Customers.Incoming(
        key: row["source_id"], values: row.values, changed: row.changed,
        existing: known[row.key], prepared: row.prepared as? PreparedCustomer)
    }
    return try Customers.takeIn(incoming, source: source, in: tx).map { taken in
      let flags = taken.findings.flags
      switch taken.result {
      case .created(let id): return RowOutcome(.created, entity: id.raw, customer: id.raw, flags: flags)
      case .updated(let id): return RowOutcome(.updated, entity: id.raw, customer: id.raw, flags: flags)
      case .unchanged(let id): return RowOutcome(.unchanged, entity: id.raw, customer: id.raw, flags: flags)
      case .waitingForStaff(let number): return RowOutcome(.waiting(kind: StaffKind.name, key: number), flags: flags)
      case .rejected: return .rejected(taken.findings.rejections)
      }
    }
  }

  /// Records that the rows' keys stand for: by what the source said before, and for a file keyed by ID number by
  /// that number.
  private static func existing(
    _ rows: [ImportRow], source: String, in tx: Tx
  ) throws -> [String: ID<Customer>] {
    var known: [String: ID<Customer>] = [:]
    let told = rows.filter { $0.changed != nil }.map(\.key)
    if !told.isEmpty {
      for (key, memory) in try SourceMemory.find(name, keys: told, source: source, in: tx) {
        known[key] = ID(memory.entity)
      }
    }
    let byNumber = rows.filter { $0["source_id"] == nil && $0["national_id"] != nil && known[$0.key] == nil }
    guard !byNumber.isEmpty else { return known }
    let found = try Customers.having(nationalIDs: byNumber.compactMap { $0["national_id"] }, in: tx)
    for row in byNumber { known[row.key] = row["national_id"].flatMap { found[$0] } }
    return known
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try Customers.export(after: key, limit: limit, in: tx).map { row in
      ExportRow(key: row.key, values: row.values, customer: row.id.raw, source: row.source, asOf: row.asOf)
    }
  }
}
