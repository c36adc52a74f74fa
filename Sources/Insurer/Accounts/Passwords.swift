import CSodium
import Dispatch
import Kernel
import Synchronization

/// Argon2id through libsodium: 19 MiB and two passes, about 20 ms. One at a time on a thread of its own, so that no
/// cooperative thread waits and a flood of sign-ins takes one core at most.
package final class Passwords: Sendable {
  /// Characters; long ones are cut off nowhere.
  package static let minimumLength = 10
  package static let maximumLength = 200
  private static let waitingMax = 64
  private static let memoryBytes = 19 * 1024 * 1024

  private let queue = DispatchQueue(label: "anban.passwords", qos: .userInitiated)
  private let waiting = Mutex(0)
  private let passes: UInt64

  /// - Parameter passes: fewer only in tests.
  package init(passes: UInt64 = 2) {
    _ = sodium_init()
    self.passes = passes
  }

  /// A salted hash in libsodium's text form, to be stored.
  /// - Throws: `AppError.invalid` for a password that is too short or too long.
  package func hash(_ password: String) async throws -> String {
    guard (Passwords.minimumLength...Passwords.maximumLength).contains(password.count) else {
      throw AppError.invalid([
        FieldError("password", "PASSWORD_LENGTH", "\(Passwords.minimumLength) to \(Passwords.maximumLength) characters")
      ])
    }
    return try await run { [passes] in
      var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
      let code = crypto_pwhash_str(
        &text, password, UInt64(password.utf8.count), passes, Passwords.memoryBytes)
      guard code == 0 else { throw AppError.unavailable("there is no memory for hashing a password") }
      return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Whether the password is that of the hash. Takes as long for an account that is not there: hand nil.
  package func verify(_ password: String, _ hash: String?) async throws -> Bool {
    guard password.count <= Passwords.maximumLength else { return false }
    let known = hash ?? Passwords.nobody
    let matches = try await run {
      crypto_pwhash_str_verify(known, password, UInt64(password.utf8.count)) == 0
    }
    return matches && hash != nil
  }

  private func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    let place = waiting.withLock { count in
      count += 1
      return count
    }
    defer { waiting.withLock { $0 -= 1 } }
    guard place <= Passwords.waitingMax else { throw AppError.unavailable("too many sign-ins at once") }
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: work)) }
    }
  }

  /// A hash of no password, so that an unknown account costs what a known one does.
  private static let nobody =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
}
