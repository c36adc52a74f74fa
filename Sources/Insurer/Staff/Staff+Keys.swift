import Kernel
import Storage

extension Staff {
  /// Replaces the index values of all mobiles by those of the newest index key.
  package static func renewMobileIndexes(_ database: Database) async throws {
    try await database.act(as: .system(purpose: .administration, surface: "cli")) { tx in
      for (id, sealed) in try tx.fetch(StaffStore.mobiles()) {
        let number = String(decoding: try tx.vault.openFromStore(sealed), as: UTF8.self)
        try StaffStore.setMobileIndex(tx.vault.index(.mobile, number), of: id, in: tx)
      }
    }
  }
}
