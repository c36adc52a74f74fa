import Hummingbird
import Insurer
import Kernel

/// `/api/v1/staff`.
enum StaffAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/staff", scope: .read(.staff), for: .nobody) { call in
      var query = try call.strictQuery()
      let page = query.page(parts: 1)
      let role = query.code("role", as: Role.self)
      try query.finish()
      let lines = try await call.read { tx in
        try Staff.list(after: page.after?[0] ?? "", role: role, limit: page.limit + 1, in: tx)
      }
      let (items, next) = page.cut(lines) { [$0.staffNo] }
      return JSONWriter.page(items, next: next) { write($1, to: &$0) }
    }
    routes.api(.get, "/staff/{number}", scope: .read(.staff), for: .nobody) { call in
      try call.noQuery()
      let number = try call.key("number")
      let line = try await call.read { try Staff.line(number, in: $0) }
      return JSONWriter.record { write(line, to: &$0) }.response()
    }
  }

  private static func write(_ line: StaffLine, to json: inout JSONWriter) {
    json.field("id", line.id)
    json.field("staff_no", line.staffNo)
    json.field("name", line.name)
    json.field("team", line.team)
    json.field("branch", line.branch)
    json.field("role", line.role)
    json.field("channel", line.channel)
    json.field("registration_no", line.registrationNo)
    json.field("qualification", line.qualification)
    json.field("joined_on", line.joinedOn)
    json.field("left_on", line.leftOn)
    json.field("mobile", line.mobile)
  }
}
