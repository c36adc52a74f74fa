import Foundation
import Kernel
import Storage

/// The schema's numbered files, in the resources of this module.
package enum Migrations {
  /// - Throws: `AppError.broken` when the resources are not beside the program.
  package static func all() throws -> [Migration] {
    guard let folder = Bundle.module.url(forResource: "Resources/migrations", withExtension: nil) else {
      throw AppError.broken("the migrations are not beside the program")
    }
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension == "sql" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map {
        Migration(name: $0.deletingPathExtension().lastPathComponent, text: try String(contentsOf: $0, encoding: .utf8))
      }
  }
}
