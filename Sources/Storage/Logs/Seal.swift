import Foundation
import Kernel

/// The ends of all writers' chains at one moment, itself in a chain: what is missing behind a seal was cut off.
struct Seal: Hashable, Sendable {
  let id: Int64
  let at: Instant
  /// Whether `heads` are all heads, or those that moved since the seal before.
  let isWhole: Bool
  let heads: [LogHead]
  let mac: [UInt8]

  /// The text of the column `heads`.
  static func text(isWhole: Bool, _ heads: [LogHead]) -> String {
    ([isWhole ? "whole" : "moved"] + heads.map(\.text)).joined(separator: ";")
  }

  static func canonical(id: Int64, at: Instant, heads: String) -> [UInt8] {
    Canonical.of([.int(id), at.sqlValue, .text(heads)])
  }

  /// One line of the file outside the database.
  var line: String { "\(id) \(at.microseconds) \(Seal.text(isWhole: isWhole, heads)) \(Hex.text(mac))\n" }

  init(id: Int64, at: Instant, isWhole: Bool, heads: [LogHead], mac: [UInt8]) {
    self.id = id
    self.at = at
    self.isWhole = isWhole
    self.heads = heads
    self.mac = mac
  }

  /// - Throws: `broken` for a text that is no list of heads.
  init(id: Int64, at: Instant, text: some StringProtocol, mac: [UInt8]) throws {
    let parts = text.split(separator: ";")
    let heads = parts.dropFirst().compactMap { LogHead(Substring($0)) }
    guard let first = parts.first, heads.count == parts.count - 1 else {
      throw AppError.broken("seal \(id) cannot be read")
    }
    self.init(id: id, at: at, isWhole: first == "whole", heads: heads, mac: mac)
  }

  init(line: some StringProtocol) throws {
    let parts = line.split(separator: " ")
    guard parts.count == 4, let id = Int64(parts[0]), let at = Int64(parts[1]), let mac = Hex.bytes(parts[3]) else {
      throw AppError.broken("the file of seals has a line that cannot be read")
    }
    try self.init(id: id, at: Instant(microseconds: at), text: parts[2], mac: mac)
  }
}

/// Writes and reads seals (decision 7).
package enum Seals {
  /// A new whole list at least so often, so that readers need not go far back.
  private static let wholeEverySeconds = 24 * 3600

  /// Seals what the logs hold now, in the database and then at the end of `file`; nothing when nothing moved.
  /// - Throws: `unavailable` when the file cannot be written; the row in the database stays, and the next seal tries
  ///   the file again.
  package static func write(_ database: Database, file: String) async throws {
    try await database.exclusive { connection in
      try connection.begin(readOnly: false)
      do {
        if connection.dialect == .postgres {
          try connection.run("SELECT pg_advisory_xact_lock(\(Int64(0x5EA1)))")
        }
        try add(connection, database.vault, id: database.ids.next(), now: database.clock.now())
        try connection.commit()
      } catch {
        connection.rollback()
        throw error
      }
      try appendMissing(connection, file)
    }
  }

  private static func add(_ connection: any Connection, _ vault: Vault, id: Int64, now: Instant) throws {
    let recent = try sinceLastWhole(connection)
    let known = latestHeads(recent)
    let heads = try currentHeads(connection)
    let moved = heads.filter { known[Key($0)] != $0 }
    guard !moved.isEmpty else { return }
    let isWhole = recent.first.map { now.seconds(since: $0.at) >= wholeEverySeconds } ?? true
    let text = Seal.text(isWhole: isWhole, isWhole ? heads : moved)
    // Ids grow with the time; a clock set back must not put a seal before its predecessor.
    let id = max(id, (recent.last?.id ?? 0) + 1)
    let mac = vault.chain(recent.last?.mac ?? [], Seal.canonical(id: id, at: now, heads: text))
    try connection.run("INSERT INTO seals (id, at, heads, mac) VALUES (\(id), \(now), \(text), \(mac))")
  }

  struct Key: Hashable {
    let log: LogTable
    let writer: Int64
    init(_ head: LogHead) { (log, writer) = (head.log, head.writer) }
  }

  static func currentHeads(_ connection: any Connection) throws -> [LogHead] {
    try LogTable.allCases.flatMap { log in
      try connection.rows(log.heads) { LogHead(log: log, writer: $0.int(0), n: $0.int(1), mac: $0.blob(2)) }
    }
  }

  static func latestHeads(_ seals: [Seal]) -> [Key: LogHead] {
    var latest: [Key: LogHead] = [:]
    for seal in seals { for head in seal.heads { latest[Key(head)] = head } }
    return latest
  }

  private static func sinceLastWhole(_ connection: any Connection) throws -> [Seal] {
    try connection.rows(
      """
      SELECT id, at, heads, mac FROM seals
      WHERE id >= COALESCE((SELECT MAX(id) FROM seals WHERE heads LIKE 'whole%'), 0) ORDER BY id
      """
    ) { try Seal(id: $0.int(0), at: $0.instant(1), text: $0.text(2), mac: $0.blob(3)) }
  }

  /// Appends the seals that the file does not have: the newest, and any that an earlier failure left out.
  private static func appendMissing(_ connection: any Connection, _ file: String) throws {
    let last = try SealFile.last(file)?.id ?? 0
    let missing = try connection.rows("SELECT id, at, heads, mac FROM seals WHERE id > \(last) ORDER BY id") {
      try Seal(id: $0.int(0), at: $0.instant(1), text: $0.text(2), mac: $0.blob(3))
    }
    try SealFile.append(missing, to: file)
  }
}

/// The seals' file outside the database, one line a seal.
enum SealFile {
  static func append(_ seals: [Seal], to path: String) throws {
    guard !seals.isEmpty else { return }
    let unwritable = AppError.unavailable("the seals cannot be written to \(path)")
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty { try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw unwritable
      }
    }
    guard let handle = FileHandle(forWritingAtPath: path) else { throw unwritable }
    defer { try? handle.close() }
    do {
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(seals.map(\.line).joined().utf8))
      try handle.synchronize()
    } catch {
      throw unwritable
    }
  }

  /// - Returns: nil when there is no file.
  static func last(_ path: String) throws -> Seal? {
    var last: Seal?
    try each(path) { last = $0 }
    return last
  }

  /// A last line without its end was being written when the machine stopped: it counts as not there.
  static func each(_ path: String, _ body: (Seal) throws -> Void) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try Lines.each(of: path) { line, isWhole in if isWhole, !line.isEmpty { try body(try Seal(line: line)) } }
  }
}

/// A file's lines, a piece of it in memory at a time.
enum Lines {
  /// - Parameter body: a line, and whether it ends with a line feed.
  static func each(of path: String, _ body: (String, Bool) throws -> Void) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw AppError.unavailable("\(path) cannot be read")
    }
    defer { try? handle.close() }
    var rest = Data()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      rest.append(piece)
      var start = rest.startIndex
      while let end = rest[start...].firstIndex(of: 10) {
        try body(String(decoding: rest[start..<end], as: UTF8.self), true)
        start = end + 1
      }
      rest = Data(rest[start...])
    }
    if !rest.isEmpty { try body(String(decoding: rest, as: UTF8.self), false) }
  }
}
