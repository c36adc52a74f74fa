import Insurer
import Kernel
import Logging
import Storage
import Synchronization

/// What is new in the event log, told to every open stream of this process: one reader of the log for all, twice a
/// second while anybody listens (decision 8).
final class LiveHub: Sendable {
  /// A stretch of the log, with the books of the persons in it.
  struct News: Sendable {
    let from: EventCursor
    let to: EventCursor
    let events: [Key]
    let books: Set<Int64>
  }

  enum Message: Sendable {
    case news(News)
    /// Time to show that one is still there.
    case beat
  }

  struct Key: Sendable {
    let id: Int64
    let customer: ID<Customer>
    let cursor: EventCursor
  }

  private struct State {
    var cursor: EventCursor?
    var listeners: [Int: AsyncStream<Message>.Continuation] = [:]
    var perViewer: [String: Int] = [:]
    var next = 0
    var isReading = false
  }

  static let pauseMilliseconds = 500
  static let atOnce = 500
  static let beatSeconds = 15
  /// So many stretches wait for a slow reader; what falls out it reads from the log itself.
  private static let kept = 16
  static let streamsAtMost = 5_000
  static let streamsAViewer = 100

  private let database: Database
  private let state = Mutex(State())
  private static let access = Access.system(purpose: .administration, surface: "stream")

  init(database: Database) { self.database = database }

  /// How many streams are open.
  var count: Int { state.withLock { $0.listeners.count } }

  /// Begins to listen.
  /// - Returns: the place behind which the news begin, the news, and what ends them.
  /// - Throws: `WebError.tooMany` when too many are open.
  func listen(_ viewer: String) async throws -> (
    from: EventCursor, news: AsyncStream<Message>, end: @Sendable () -> Void
  ) {
    let end = try await database.read(as: Self.access) { try Events.end(in: $0) }
    let (stream, continuation) = AsyncStream.makeStream(of: Message.self, bufferingPolicy: .bufferingNewest(Self.kept))
    let (number, from, starts) = try state.withLock { state -> (Int, EventCursor, Bool) in
      guard state.listeners.count < Self.streamsAtMost, state.perViewer[viewer, default: 0] < Self.streamsAViewer else {
        throw WebError.tooMany(retryAfterSeconds: 30)
      }
      state.next += 1
      state.listeners[state.next] = continuation
      state.perViewer[viewer, default: 0] += 1
      let from = state.cursor ?? end
      state.cursor = from
      let starts = !state.isReading
      state.isReading = true
      return (state.next, from, starts)
    }
    if starts { Task.detached { await self.read() } }
    return (from, stream, { self.leave(number, viewer) })
  }

  private func leave(_ number: Int, _ viewer: String) {
    let continuation = state.withLock { state -> AsyncStream<Message>.Continuation? in
      guard let continuation = state.listeners.removeValue(forKey: number) else { return nil }
      let left = state.perViewer[viewer, default: 1] - 1
      state.perViewer[viewer] = left > 0 ? left : nil
      return continuation
    }
    continuation?.finish()
  }

  /// Reads on until nobody listens.
  private func read() async {
    var beatAt = ContinuousClock.now + .seconds(Self.beatSeconds)
    while true {
      let cursor = state.withLock { state -> EventCursor? in
        guard !state.listeners.isEmpty else {
          state.isReading = false
          state.cursor = nil
          return nil
        }
        return state.cursor
      }
      guard let cursor else { return }
      if ContinuousClock.now > beatAt {
        beatAt = .now + .seconds(Self.beatSeconds)
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(.beat) }
      }
      var isFull = false
      do {
        if let news = try await LiveHub.news(after: cursor, in: database) {
          isFull = news.events.count == Self.atOnce
          let listeners = state.withLock { state in
            state.cursor = news.to
            return Array(state.listeners.values)
          }
          for listener in listeners { listener.yield(.news(news)) }
        }
      } catch {
        database.logger.warning("the live feed could not read the log: \(error)")
      }
      if !isFull { try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds)) }
    }
  }

  /// The next stretch of the log; nil when there is none.
  static func news(after cursor: EventCursor, in database: Database) async throws -> News? {
    try await database.read(as: access) { tx in
      let logged = try Events.after(cursor, limit: atOnce, in: tx)
      guard let last = logged.last else { return nil }
      let events = logged.map { Key(id: $0.event.id, customer: ID($0.event.customerID), cursor: $0.cursor) }
      let people = Array(Set(events.map(\.customer))).sorted()
      return News(from: cursor, to: last.cursor, events: events, books: Set(try tx.fetch(Timeline.books(of: people))))
    }
  }
}
