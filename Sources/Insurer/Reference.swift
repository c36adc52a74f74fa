import Foundation
import Kernel

/// The files of facts that come with the program: `Resources/reference/`.
package enum Reference {
  /// - Throws: `AppError.broken` when the program was installed without the file.
  package static func text(_ name: String) throws -> String {
    let file = Bundle.module.bundleURL.appendingPathComponent("Resources/reference/\(name)")
    guard let data = try? Data(contentsOf: file) else {
      throw AppError.broken("the reference file \(name) is missing beside the program")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// The rows of a table of facts after its header; a file that is missing has none (`anban doctor` says so).
  static func rows(_ name: String) -> [[Substring]] {
    guard let text = try? text(name) else { return [] }
    return text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }
}
