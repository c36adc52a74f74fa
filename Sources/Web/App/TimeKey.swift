import Kernel

/// Where a page of something ordered by time ended: its moment and id, as an address carries them.
struct TimeKey {
  let at: Instant
  let id: Int64

  init(_ at: Instant, _ id: Int64) {
    self.at = at
    self.id = id
  }

  init?(_ text: String?) {
    let parts = (text ?? "").split(separator: "-").compactMap { Int64($0) }
    guard parts.count == 2 else { return nil }
    self.init(Instant(microseconds: parts[0]), parts[1])
  }

  var text: String { "\(at.microseconds)-\(id)" }
}
