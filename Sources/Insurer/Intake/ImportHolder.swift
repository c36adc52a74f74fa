import Glibc
import Storage

/// The name under which a process runs imports: machine, process, and a random part. The first two tell another
/// process of the same machine that its holder has died, without waiting for its silence.
package enum ImportHolder {
  /// A name for this process.
  package static func new() -> String { "\(machine):\(getpid()):\(RowText.hex(Randomness.bytes(6)))" }

  /// Whether a holder was a process of this machine that is no more.
  static func isDead(_ holder: String) -> Bool {
    let parts = holder.split(separator: ":")
    guard parts.count == 3, parts[0] == machine, let process = Int32(parts[1]), process > 0 else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  private static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes.filter { $0 != UInt8(ascii: ":") }, as: UTF8.self)
  }()
}
