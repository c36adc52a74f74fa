import Kernel

/// A row's place in a list ordered by a day: the day and the id.
package struct DuePlace: Hashable, Sendable {
  package let day: Day
  package let id: Int64

  package init(day: Day, id: Int64) {
    self.day = day
    self.id = id
  }

  /// As an address carries it; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "~").map(String.init)
    guard parts.count == 2, let day = Day(parts[0]), let id = Int64(parts[1]) else { return nil }
    self.init(day: day, id: id)
  }

  package var text: String { "\(day)~\(id)" }
}

/// A page of a list ordered by a day, the earliest first.
package struct DuePage<Row: Sendable>: Sendable {
  package let rows: [Row]
  /// Where the next page starts; nil at the end.
  package let next: DuePlace?
}
