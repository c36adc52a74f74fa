import Crypto
import Dispatch
import Files
import Kernel
import Storage
import Synchronization

/// Files kept sealed by the store key, in parts, known by their SHA-256 (decisions 16 and 26).
package enum ImportFiles {
  static let partSize = 1 << 18
  /// Parts of a file at hand that are committed together.
  private static let partsAtOnce = 8

  /// Takes a file in from its bytes. A file that is here already is not written again.
  package static func store(
    path: String, in db: Database, as access: Access
  ) async throws -> StoredFile {
    let file = try hash(try FileBytes(path: path))
    if try await isStored(file, in: db, as: access) { return file }
    let bytes = try FileBytes(path: path)
    var part: Int64 = 0
    while true {
      var sealed: [[UInt8]] = []
      while sealed.count < partsAtOnce {
        let piece = try whole(bytes, partSize)
        if piece.isEmpty { break }
        sealed.append(try db.vault.sealForStore(piece))
      }
      if sealed.isEmpty { return file }
      let (first, parts) = (part, sealed)
      try await db.act(as: access, background: true) { tx in
        for (place, sealed) in parts.enumerated() {
          try ImportFileStore.put(sha256: file.sha256, part: first + Int64(place), sealed: sealed, in: tx)
        }
      }
      part += Int64(sealed.count)
    }
  }

  /// Takes an upload in as it arrives: its name is known only when it has ended.
  package static func store(
    pieces: some AsyncSequence<[UInt8], any Error>, in db: Database, as access: Access
  ) async throws -> StoredFile {
    let provisional = Randomness.bytes(32)
    var hash = SHA256()
    var size: Int64 = 0
    var part: Int64 = 0
    var pending: [UInt8] = []
    func put(_ bytes: [UInt8]) async throws {
      let sealed = try db.vault.sealForStore(bytes)
      let number = part
      try await db.act(as: access) { tx in
        try ImportFileStore.put(sha256: provisional, part: number, sealed: sealed, in: tx)
      }
      part += 1
    }
    for try await piece in pieces {
      hash.update(data: piece)
      size += Int64(piece.count)
      pending += piece
      while pending.count >= partSize {
        try await put(Array(pending.prefix(partSize)))
        pending.removeFirst(partSize)
      }
    }
    if !pending.isEmpty { try await put(pending) }
    let file = StoredFile(sha256: Array(hash.finalize()), size: size)
    try await db.act(as: access) { tx in
      if try tx.fetch(ImportFileStore.partCount(file.sha256)) == parts(of: file) {
        try ImportFileStore.delete(provisional, in: tx)
      } else {
        try ImportFileStore.delete(file.sha256, in: tx)
        try ImportFileStore.rename(provisional, to: file.sha256, in: tx)
      }
    }
    return file
  }

  /// The stored file's bytes, opened part by part. For threads that may wait (`ReadingThread`).
  package static func bytes(of file: StoredFile, in db: Database, as access: Access) -> any ByteSource {
    var part: Int64 = 0
    return PieceBytes {
      let number = part
      part += 1
      let sealed = try waiting {
        try await db.read(as: access) { tx in try tx.fetch(ImportFileStore.part(file.sha256, number)) }
      }
      guard let sealed else { return [] }
      return try db.vault.openFromStore(sealed)
    }
  }

  private static func isStored(_ file: StoredFile, in db: Database, as access: Access) async throws -> Bool {
    let there = try await db.read(as: access) { tx in try tx.fetch(ImportFileStore.partCount(file.sha256)) }
    return there == parts(of: file)
  }

  private static func parts(of file: StoredFile) -> Int { (Int(file.size) + partSize - 1) / partSize }

  private static func hash(_ bytes: any ByteSource) throws -> StoredFile {
    var hash = SHA256()
    var size: Int64 = 0
    while true {
      let piece = try bytes.readPiece(partSize)
      if piece.isEmpty { return StoredFile(sha256: Array(hash.finalize()), size: size) }
      hash.update(data: piece)
      size += Int64(piece.count)
    }
  }

  /// Exactly `count` bytes, fewer only at the end: the same file always has the same parts.
  private static func whole(_ bytes: any ByteSource, _ count: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      let piece = try bytes.readPiece(count - all.count)
      if piece.isEmpty { break }
      all += piece
    }
    return all
  }

  /// Runs asynchronous work from a thread that is allowed to wait for it.
  private static func waiting<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
    let done = DispatchSemaphore(value: 0)
    let answer = Answer<T>()
    Task {
      let result: Result<T, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      answer.result.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    guard let result = answer.result.withLock({ $0 }) else { throw AppError.broken("an answer is missing") }
    return try result.get()
  }

  private final class Answer<T: Sendable>: Sendable {
    let result = Mutex<Result<T, any Error>?>(nil)
  }
}
