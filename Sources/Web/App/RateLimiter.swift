import Synchronization

/// A bucket a key that fills steadily: bursts pass, floods do not.
package final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var at: ContinuousClock.Instant
  }

  private let perSecond: Double
  private let burst: Double
  private let buckets = Mutex<[String: Bucket]>([:])
  private static let bucketsMax = 50_000

  /// - Parameter perSecond: 0 for no limit.
  package init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
  }

  /// - Throws: `WebError.tooMany` with the seconds after which the next one passes.
  package func admit(_ key: String, now: ContinuousClock.Instant = .now) throws {
    guard perSecond > 0 else { return }
    let wait = buckets.withLock { buckets -> Double in
      if buckets.count > RateLimiter.bucketsMax { buckets.removeAll() }
      var bucket = buckets[key] ?? Bucket(tokens: burst, at: now)
      bucket.tokens = min(burst, bucket.tokens + perSecond * ((now - bucket.at) / .seconds(1)))
      bucket.at = now
      defer { buckets[key] = bucket }
      guard bucket.tokens >= 1 else { return (1 - bucket.tokens) / perSecond }
      bucket.tokens -= 1
      return 0
    }
    guard wait == 0 else { throw WebError.tooMany(retryAfterSeconds: Int(wait.rounded(.up))) }
  }
}
