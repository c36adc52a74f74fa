import Kernel
import Storage

/// Members of staff with their teams and branches.
package enum StaffKind: ImportKind {
  package static let name = "staff"
  package static let key = ["staff_no"]

  package static let fields: [ImportField] = [
    ImportField(
      "staff_no", required: true, synonyms: ["工号", "员工号", "业务员代码", "代理人编码", "employee no", "agent code"]),
    ImportField("name", required: true, synonyms: ["姓名", "员工姓名", "业务员姓名", "staff name"]),
    ImportField("team", synonyms: ["团队", "营业组", "部门", "组"]),
    ImportField("branch", synonyms: ["机构", "分公司", "营业部", "支公司"]),
    ImportField("role", required: true, synonyms: ["角色", "岗位", "职务", "position"]),
    ImportField("channel", synonyms: ["渠道", "销售渠道"]),
    ImportField("registration_no", synonyms: ["执业登记号", "执业证编号", "登记编号", "registration"]),
    ImportField("qualification", synonyms: ["资质", "资质等级", "销售资质", "level"]),
    ImportField("joined_on", synonyms: ["入职日期", "入司日期", "joined", "hire date"], form: .day),
    ImportField("left_on", synonyms: ["离职日期", "离司日期", "left", "leave date"], form: .day),
    ImportField("mobile", synonyms: ["手机", "手机号", "手机号码", "电话", "phone"], sealed: true),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let admitsDemo = try tx.fetch(Customers.admitsDemo)
    let read = rows.map { row in
      var (draft, findings) = StaffDraft.read(row.values, admitsDemo: admitsDemo)
      draft?.clearsLeft = row.changed?.contains("left_on") ?? false
      return (draft: draft, findings: findings)
    }
    let drafts = read.compactMap(\.draft)
    let before = try tx.fetch(Staff.byNumbers(drafts.map(\.staffNo)))
    let (outcomes, moved) = try Staff.upsert(drafts, source: source, in: tx)
    try CustomerBook.refresh(moved, in: tx)
    try followDepartures(drafts, outcomes, before, source: source, in: tx)
    var next = outcomes.makeIterator()
    return read.map { draft, findings in
      guard draft != nil, let outcome = next.next() else { return .rejected(findings.rejections) }
      switch outcome {
      case .created(let id): return RowOutcome(.created, entity: id.raw, flags: findings.flags)
      case .updated(let id): return RowOutcome(.updated, entity: id.raw, flags: findings.flags)
      case .unchanged(let id): return RowOutcome(.unchanged, entity: id.raw, flags: findings.flags)
      }
    }
  }

  /// Who was here and leaves now, or leaves on another day, or stays after all. A member who comes in as one who has
  /// left is history: what was owed to his customers was owed before they were known here.
  private static func followDepartures(
    _ drafts: [StaffDraft], _ outcomes: [Staff.Outcome], _ before: [StaffMember], source: String, in tx: Tx
  ) throws {
    let known = Dictionary(before.map { ($0.staffNo, $0) }) { first, _ in first }
    for (draft, outcome) in zip(drafts, outcomes) {
      switch outcome {
      case .created(let id):
        guard let day = draft.leftOn, day >= tx.today else { continue }
        try Departures.follow(id, leftOn: day, source: source, in: tx)
      case .updated(let id):
        guard let old = known[draft.staffNo] else { continue }
        let day = draft.leftOn ?? (draft.clearsLeft ? nil : old.leftOn)
        if day != old.leftOn { try Departures.follow(id, leftOn: day, source: source, in: tx) }
      case .unchanged: continue
      }
    }
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try Staff.list(after: key ?? "", limit: limit, in: tx).map { line in
      ExportRow(
        key: line.staffNo,
        values: [
          line.staffNo, line.name, line.team ?? "", line.branch ?? "", line.role.rawValue,
          line.channel?.rawValue ?? "", line.registrationNo ?? "", line.qualification ?? "",
          line.joinedOn?.description ?? "", line.leftOn?.description ?? "", line.mobile ?? "",
        ])
    }
  }
}
