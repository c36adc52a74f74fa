import Foundation
import Testing

/// The server and the import are killed at moments that nobody chose, many times. What was acknowledged is there,
/// nothing is there twice, and the logs verify.
@Suite(.serialized) struct KillTests {
  @Test func aKilledServerLosesNoAcknowledgedWrite() async throws {
    let anban = try Anban()
    defer { anban.remove() }
    try await anban.run("migrate")
    try await anban.run("user", "add", "killer", "--role", "steward")
    let token = try await anban.run("token", "create", "--user", "killer", "--scopes", "customer:read,customer:write")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let port = try Anban.freePort()
    var acknowledged: [String: String] = [:]
    for round in 0..<8 {
      let server = try await anban.serve(port: port)
      let writing = Task { await write(to: server, token: token, round: round) }
      try await Task.sleep(for: .milliseconds(Int.random(in: 150...900)))
      try await server.child.killNow()
      acknowledged.merge(await writing.value) { $1 }
    }
    #expect(acknowledged.count > 8, "the server answered between the kills")
    try await expectAllThere(acknowledged, anban, token: token)
    try await anban.run("audit", "verify")
  }

  /// Creates customers until the server is gone; the ids that it acknowledged, by name.
  private func write(to server: Anban.Server, token: String, round: Int) async -> [String: String] {
    await withTaskGroup(of: [String: String].self) { group in
      for worker in 0..<4 {
        group.addTask {
          var done: [String: String] = [:]
          for number in 0..<10_000 {
            let name = "甲\(round)乙\(worker)丙\(number)".withHanDigits
            guard
              let answer = try? await HTTP.send(
                "POST", server.address + "/api/v1/customers", body: ["name": .text(name)],
                headers: ["Authorization": "Bearer \(token)", "Idempotency-Key": name.utf8Hex], seconds: 5)
            else { break }
            if answer.status == 201, let id = try? answer.json()["id"].text { done[name] = id }
          }
          return done
        }
      }
      return await group.reduce(into: [:]) { $0.merge($1) { $1 } }
    }
  }

  private func expectAllThere(_ acknowledged: [String: String], _ anban: Anban, token: String) async throws {
    let server = try await anban.serve()
    for (name, id) in acknowledged {
      let answer = try await HTTP.send(
        "GET", server.address + "/api/v1/customers/" + id, headers: ["Authorization": "Bearer \(token)"])
      let found = answer.status == 200 ? try answer.json()["name"].text : nil
      #expect(found == name, "\(id) was acknowledged")
    }
    try await server.stop()
    let file = anban.folder.appending(path: "out.csv")
    try await anban.run("export", "customers", file.path)
    let names = try CSV.column("name", of: file)
    #expect(names.count == Set(names).count, "nothing is there twice")
    #expect(names.count >= acknowledged.count)
  }

  @Test func aKilledImportResumesToTheSameResult() async throws {
    let (whole, broken) = (try Anban(), try Anban())
    defer {
      whole.remove()
      broken.remove()
    }
    let file = whole.folder.appending(path: "customers.csv")
    try Dirt.customers(rows: 6_000).write(to: file, atomically: true, encoding: .utf8)
    for anban in [whole, broken] { try await anban.run("migrate") }
    let expected = try await whole.run("import", "customers", file.path, "--source", "core")

    var kills = 0
    var printed = ""
    while true {
      let child = try broken.start(["import", "customers", file.path, "--source", "core"])
      try await Task.sleep(for: .milliseconds(kills < 6 ? Int.random(in: 100...1_500) : 600_000), unless: child)
      if child.isRunning {
        try await child.killNow()
        kills += 1
        continue
      }
      let code = try await child.wait()
      #expect(code == 0, "\(child.error)")
      printed = child.output
      break
    }
    #expect(kills > 0, "the import was killed")
    #expect(printed.lastLine == expected.lastLine, "the report adds up to the same")
    let (resumed, atOnce) = (try await export(broken), try await export(whole))
    #expect(resumed == atOnce, "the same customers")
    for anban in [whole, broken] { try await anban.run("audit", "verify") }
    let again = try await broken.run("import", "customers", file.path, "--source", "core")
    #expect(again.lastLine.contains("created=0 updated=0"), "the same file twice changes nothing: \(again.lastLine)")
  }

  /// The demo, killed while it fills and run again until it ends, is the insurer of one run: the same rows of every
  /// kind, eleven accounts, logs that verify.
  @Test func aKilledDemoGoesOnToTheSameInsurer() async throws {
    let (whole, broken) = (try Anban(), try Anban())
    defer {
      whole.remove()
      broken.remove()
    }
    for anban in [whole, broken] { try await anban.run("migrate") }
    try await whole.run("demo", "--size", "S")
    var kills = 0
    var printed = ""
    while printed.isEmpty {
      let child = try broken.start(["demo", "--size", "S"])
      try await Task.sleep(for: .milliseconds(kills < 6 ? Int.random(in: 300...3_000) : 600_000), unless: child)
      if child.isRunning {
        try await child.killNow()
        kills += 1
        continue
      }
      #expect(try await child.wait() == 0, "\(child.error)")
      printed = child.output
    }
    #expect(kills > 0, "the demo was killed")
    #expect(printed.split(separator: "\n").count == 11)
    for kind in [
      "staff", "products", "customers", "relationships", "policies", "parties", "coverages", "premiums", "claims",
      "interactions",
    ] {
      let (resumed, atOnce) = (try await export(broken, kind), try await export(whole, kind))
      #expect(resumed == atOnce && atOnce.count > 100, "the same \(kind)")
    }
    try await broken.run("audit", "verify")
    try await broken.run("demo", "--size", "S", expecting: 1)
  }

  private func export(_ anban: Anban, _ kind: String = "customers") async throws -> String {
    let file = anban.folder.appending(path: "out.csv")
    try await anban.run("export", kind, file.path)
    return try String(contentsOf: file, encoding: .utf8)
  }
}

extension Task where Success == Never, Failure == Never {
  /// Sleeps for a while, or until the child has ended.
  static func sleep(for duration: Duration, unless child: Child) async throws {
    let deadline = ContinuousClock.now + duration
    while child.isRunning, ContinuousClock.now < deadline { try await sleep(for: .milliseconds(10)) }
  }
}

extension String {
  var lastLine: String { split(separator: "\n").last.map(String.init) ?? "" }
  var utf8Hex: String { utf8.map { String($0, radix: 16) }.joined() }
}

enum CSV {
  /// The values of one column of a file whose values hold no commas or quotes.
  static func column(_ name: String, of file: URL) throws -> [String] {
    let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
    guard let place = lines.first?.split(separator: ",", omittingEmptySubsequences: false).firstIndex(of: name[...])
    else { return [] }
    return lines.dropFirst().map { String($0.split(separator: ",", omittingEmptySubsequences: false)[place]) }
  }
}

/// A file as a branch office sends it: other column names, dates in four forms, mistyped numbers, a key twice.
enum Dirt {
  static func customers(rows: Int) -> String {
    let surnames = Array("王李张刘陈杨赵黄周吴")
    let given = ["岚", "敏", "军", "丽娜", "志强", "静", "海燕", "建国", "雪", "子涵"]
    var text = "客户号,客户姓名,性别,出生日期,手机号码,电子邮箱,职业\n"
    for row in 0..<rows {
      let name = "\(surnames[row % 10])\(given[row / 10 % 10])\(given[row / 100 % 10])"
      let (year, month, day) = (1950 + row % 55, 1 + row % 12, 1 + row % 28)
      let forms = ["\(year)-\(two(month))-\(two(day))", "\(year)\(two(month))\(two(day))", "\(year)/\(month)/\(day)"]
      let birth = row % 97 == 5 ? "1990年13月8日" : row % 4 == 3 ? "\(year)年\(month)月\(day)日" : forms[row % 3]
      let mobile = row % 53 == 7 ? "1380013" : "139\(10_000_000 + row)"
      let key = row % 211 == 210 ? "C\(row - 1)" : "C\(row)"
      let shown = row % 89 == 11 ? "" : name
      text += "\(key),\(shown),\(row % 2 == 0 ? "男" : "F"),\(birth),\(mobile),c\(row)@example.com,教师\n"
    }
    return text
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

extension String {
  /// A person's name has no digits: 12 is 一二.
  fileprivate var withHanDigits: String {
    let digits = Array("零一二三四五六七八九")
    return String(map { $0.wholeNumberValue.map { digits[$0] } ?? $0 })
  }
}
