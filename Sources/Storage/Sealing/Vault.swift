import Crypto
import Foundation
import Kernel
import Synchronization

/// A key that seals values: a customer's own, or the store's.
package struct SealingKey: Sendable {
  let key: SymmetricKey
  init(_ key: SymmetricKey) { self.key = key }
}

/// What a blind index is of; the kind is part of what is hashed, so that equal digits of two kinds differ.
package enum IndexKind: String, CaseIterable, Sendable {
  case nationalID = "national_id"
  case mobile
  case mobileLastFour = "mobile_last4"
  case email
  case account
}

/// Seals and opens values with AES-GCM, makes blind indexes, row digests and the logs' chain codes.
/// The master key wraps every other key and never leaves this type.
package final class Vault: Sendable {
  struct Keys: Sendable {
    /// By version; the highest wraps, all unwrap.
    var masters: [UInt8: SymmetricKey]
    /// By version; the highest writes, all are asked.
    var indexes: [Int64: SymmetricKey] = [:]
    var store: SymmetricKey = SymmetricKey(size: .bits256)
    var audit: SymmetricKey = SymmetricKey(size: .bits256)
  }

  /// The keys that codes are made with, taken in.
  private struct Hashes: Sendable {
    let index: KeyedHash?
    let indexes: [KeyedHash]
    let store: KeyedHash
    let audit: KeyedHash

    init(_ keys: Keys) {
      let versions = keys.indexes.sorted { $0.key > $1.key }.map { KeyedHash($0.value) }
      index = versions.first
      indexes = versions
      store = KeyedHash(keys.store)
      audit = KeyedHash(keys.audit)
    }
  }

  private let keys: Mutex<Keys>
  private let hashes: Mutex<Hashes>

  init(keys: Keys) {
    self.keys = Mutex(keys)
    hashes = Mutex(Hashes(keys))
  }

  func replace(_ change: (inout Keys) -> Void) {
    let new = keys.withLock { keys in
      change(&keys)
      return Hashes(keys)
    }
    hashes.withLock { $0 = new }
  }

  func replaceMasters(_ master: MasterKey) { keys.withLock { $0.masters = master.versions } }
  var snapshot: Keys { keys.withLock { $0 } }

  // MARK: Keys of customers

  /// A new random key for a customer, and its wrapped form to store: master version, then the sealed key.
  package func newCustomerKey() throws -> (key: SealingKey, wrapped: [UInt8]) {
    let key = SymmetricKey(data: RandomPool.bytes(32))
    return (SealingKey(key), try wrap(key))
  }

  func wrap(_ key: SymmetricKey) throws -> [UInt8] {
    let (version, master) = try keys.withLock { keys -> (UInt8, SymmetricKey) in
      guard let version = keys.masters.keys.max(), let master = keys.masters[version] else {
        throw AppError.broken("there is no master key")
      }
      return (version, master)
    }
    return try [version] + Vault.seal(key.withUnsafeBytes { Array($0) }, master)
  }

  /// - Throws: `AppError.broken` when no master key of that version is at hand, or the key was destroyed.
  package func unwrap(_ wrapped: [UInt8]) throws -> SealingKey {
    guard let version = wrapped.first, let master = keys.withLock({ $0.masters[version] }) else {
      throw AppError.broken("a key is wrapped by a master key that is not here")
    }
    return SealingKey(SymmetricKey(data: try Vault.open(wrapped.dropFirst(), master)))
  }

  /// The master version that wrapped a key, for rotation.
  package static func masterVersion(of wrapped: [UInt8]) -> UInt8? { wrapped.first }
  package var masterVersion: UInt8 { keys.withLock { $0.masters.keys.max() ?? 0 } }

  // MARK: Sealing

  package func seal(_ text: String, with key: SealingKey) throws -> [UInt8] {
    try Vault.seal(Array(text.utf8), key.key)
  }

  package func open(_ sealed: some Collection<UInt8>, with key: SealingKey) throws -> String {
    String(decoding: try Vault.open(sealed, key.key), as: UTF8.self)
  }

  /// Seals what belongs to no one customer: staging and waiting rows, uploads, stored answers.
  package func sealForStore(_ bytes: [UInt8]) throws -> [UInt8] { try Vault.seal(bytes, keys.withLock { $0.store }) }
  package func openFromStore(_ sealed: [UInt8]) throws -> [UInt8] {
    Array(try Vault.open(sealed, keys.withLock { $0.store }))
  }

  private static func seal(_ bytes: [UInt8], _ key: SymmetricKey) throws -> [UInt8] {
    let nonce = try AES.GCM.Nonce(data: RandomPool.bytes(12))
    guard let combined = try AES.GCM.seal(bytes, using: key, nonce: nonce).combined else {
      throw AppError.broken("sealing gave no bytes")
    }
    return Array(combined)
  }

  private static func open(_ sealed: some Collection<UInt8>, _ key: SymmetricKey) throws -> Data {
    do {
      return try AES.GCM.open(AES.GCM.SealedBox(combined: Data(sealed)), using: key)
    } catch {
      throw AppError.broken("a sealed value does not open")
    }
  }

  // MARK: Blind indexes and digests

  /// The current index value of a text, 16 bytes.
  package func index(_ kind: IndexKind, _ text: String) -> [UInt8] {
    hashes.withLock { $0.index }.map { $0.code(Vault.indexed(kind, text)) } ?? []
  }

  /// The index values to ask for: one a living key version, two while an index is being renewed.
  package func indexes(_ kind: IndexKind, _ text: String) -> [[UInt8]] {
    hashes.withLock { $0.indexes }.map { $0.code(Vault.indexed(kind, text)) }
  }

  package var indexVersion: Int64 { keys.withLock { $0.indexes.keys.max() ?? 0 } }

  private static func indexed(_ kind: IndexKind, _ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    bytes.append(contentsOf: kind.rawValue.utf8)
    bytes.append(0)
    bytes.append(contentsOf: text.utf8)
    return bytes
  }

  /// The digest of a source's row, 16 bytes: equal digests mean an unchanged row without opening anything.
  package func digest(_ canonical: [UInt8]) -> [UInt8] { hashes.withLock { $0.store }.code(canonical) }

  /// The next link of a log's chain.
  func chain(_ previous: [UInt8], _ canonical: [UInt8]) -> [UInt8] {
    hashes.withLock { $0.audit }.code(previous, canonical)
  }
}

/// Random bytes for tokens and session ids.
package enum Randomness {
  package static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  package static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}
