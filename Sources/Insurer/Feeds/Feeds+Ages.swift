import Kernel
import Storage

/// What is forgotten with time, so that what came once is not kept for ever.
extension Feeds {
  /// Days for which an event that comes again is known by its id, counted from its receipt or, where somebody had to
  /// see to it, from the day on which that was settled.
  package static let keptDays = 90

  /// Forgets one batch of settled events, and of settled letters, beyond their days. What still waits or is dead stays,
  /// figures and senders' counts keep what they say.
  /// - Returns: how many rows went; fewer than the limit when nothing more is due.
  package static func prune(limit: Int = 500, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.import))
    let border = tx.now - keptDays * 86_400
    let old = try tx.fetch(FeedAgeStore.inbox(before: border, limit: limit))
    for (sender, rows) in Dictionary(grouping: old, by: \.sender).sorted(by: { $0.key.raw < $1.key.raw }) {
      try tx.lock(named: "feed/\(rows[0].source)")
      try FeedAgeStore.forget(rows, of: sender, in: tx)
    }
    let letters = try FeedAgeStore.forgetLetters(before: border, limit: limit, in: tx)
    return max(old.count, letters)
  }
}
