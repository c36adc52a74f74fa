import Kernel

/// An answer as it was given, to be given again.
package struct KeptAnswer: Hashable, Sendable {
  package let status: Int
  /// The answer's `Location`, or empty.
  package let location: String
  /// The answer's `ETag`, or empty.
  package let version: String
  package let body: [UInt8]

  package init(status: Int, location: String = "", version: String = "", body: [UInt8]) {
    self.status = status
    self.location = location
    self.version = version
    self.body = body
  }
}

/// Answers by idempotency key: the same request twice is done once. They are kept sealed, by actor and key, for a day,
/// and written in the transaction of the act that they answer.
package enum KeptAnswers {
  package static let keptSeconds = 86_400

  /// Does what `make` does, once: a second call with this key gets the first one's answer.
  /// - Parameter request: what was asked, whole; only its digest is kept.
  /// - Throws: `AppError.invalid` with `IDEMPOTENCY_KEY_REUSED` when the key came with another request.
  package static func once(
    _ key: String, request: [UInt8], in tx: Tx, _ make: () throws -> KeptAnswer
  ) throws -> KeptAnswer {
    let name = tx.vault.digest(Array("\(tx.access.actor)\u{0}\(key)".utf8))
    let digest = tx.vault.digest(request)
    try tx.lock(named: name.map(String.init).joined(separator: "."))
    let oldest = tx.now - keptSeconds
    let known = try tx.fetch(find(name, since: oldest))
    if let known {
      guard known.request == digest else {
        throw AppError.invalid("IDEMPOTENCY_KEY_REUSED", "this Idempotency-Key came with another request")
      }
      return try answer(known, tx.vault)
    }
    let made = try make()
    try tx.run("DELETE FROM idempotency_keys WHERE created_at < \(oldest)")
    let sealed = try tx.vault.sealForStore(Array("\(made.location)\n\(made.version)\n".utf8) + made.body)
    try tx.run(
      """
      INSERT INTO idempotency_keys (key_hash, request_hash, status, answer, created_at)
      VALUES (\(name), \(digest), \(made.status), \(sealed), \(tx.now))
      """)
    return made
  }

  private struct Stored: Sendable {
    let request: [UInt8]
    let status: Int
    let sealed: [UInt8]
  }

  private static func find(_ name: [UInt8], since oldest: Instant) -> Query<Stored?> {
    .first(
      """
      SELECT request_hash, status, answer FROM idempotency_keys WHERE key_hash = \(name) AND created_at >= \(oldest)
      """
    ) { row in Stored(request: row.blob(0), status: Int(row.int(1)), sealed: row.blob(2)) }
  }

  private static func answer(_ stored: Stored, _ vault: Vault) throws -> KeptAnswer {
    let parts = try vault.openFromStore(stored.sealed)
      .split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw AppError.broken("a kept answer does not read") }
    return KeptAnswer(
      status: stored.status, location: String(decoding: parts[0], as: UTF8.self),
      version: String(decoding: parts[1], as: UTF8.self), body: Array(parts[2]))
  }
}
