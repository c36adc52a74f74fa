import Hummingbird
import Insurer
import Kernel
import Storage

/// `/compliance/verification`: reads every row of every log again and says whether it is whole.
enum VerificationPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/compliance/verification", needs: .read(.audit), for: .fixed(.audit)) { call in
      try show(call, nil)
    }
    routes.page(.post, "/compliance/verification", needs: .read(.audit), for: .own) { call in
      _ = try await call.form()
      let report = try await AuditVerify.run(call.site.database, sealsFile: call.site.config.sealsFile)
      let result = report.broken?.reason.rawValue ?? "whole"
      try await call.act { tx in tx.recordSystem(EventKind("audit_verified"), facts: ["result": result]) }
      return try show(call, report)
    }
  }

  private static func show(_ call: Call, _ report: AuditReport?) throws -> Response {
    let words = call.words
    let verdict = report.map { report in
      report.broken.map { broken in
        let log = words["compliance.log.\(broken.log)"]
        return Notice(
          text: words.fill(
            "compliance.broken", log, words["compliance.reason.\(broken.reason.rawValue)"],
            call.format.number(broken.n), "\(broken.writer)"), tone: "bad")
      } ?? Notice(text: words.fill("compliance.whole", call.format.number(report.younger)), tone: "good")
    }
    let page = VerificationPage(
      tabs: CompliancePages.tabs("verification", words), csrf: call.csrf, verdict: verdict,
      rows: report.map { rows($0, call) } ?? [])
    return try call.page(page, title: words["compliance.verification"], section: .compliance)
  }

  private static func rows(_ report: AuditReport, _ call: Call) -> [VerificationLine] {
    let words = call.words
    return LogTable.allCases.compactMap { log in
      guard let count = report.rows[log] else { return nil }
      let isBroken = report.broken?.log == log.rawValue
      return VerificationLine(
        log: words["compliance.log.\(log.rawValue)"], count: call.format.number(count),
        sealedUntil: report.sealedAt.map(call.format.minute) ?? "",
        state: isBroken
          ? Badge(words["compliance.isBroken"], tone: "bad", icon: "alert")
          : Badge(words["compliance.isWhole"], tone: "good", icon: "check"),
        detail: isBroken ? report.broken?.detail : nil)
    }
  }
}
