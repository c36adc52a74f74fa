import Kernel
import Synchronization

/// Counts and times of answers for Prometheus, by route and status.
package final class Metrics: Sendable {
  private struct Key: Hashable {
    let route: String
    let method: String
    let status: Int
  }

  private struct Line {
    var count = 0
    var seconds = 0.0
    var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
  }

  private static let bounds = [0.005, 0.025, 0.1, 0.25, 1, 5]
  private let lines = Mutex<[Key: Line]>([:])

  func record(route: String, method: String, status: Int, took: Duration) {
    let seconds = took / .seconds(1)
    lines.withLock { lines in
      var line = lines[Key(route: route, method: method, status: status)] ?? Line()
      line.count += 1
      line.seconds += seconds
      if let place = Metrics.bounds.firstIndex(where: { seconds <= $0 }) { line.buckets[place] += 1 }
      lines[Key(route: route, method: method, status: status)] = line
    }
  }

  /// The text format of Prometheus, version 0.0.4.
  package func text() -> String {
    let lines = lines.withLock { $0 }.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }
    var text = "# TYPE anban_http_request_seconds histogram\n"
    for (key, line) in lines {
      let labels = "route=\"\(key.route)\",method=\"\(key.method)\",status=\"\(key.status)\""
      var sum = 0
      for (place, bound) in Metrics.bounds.enumerated() {
        sum += line.buckets[place]
        text += "anban_http_request_seconds_bucket{\(labels),le=\"\(bound)\"} \(sum)\n"
      }
      text += "anban_http_request_seconds_bucket{\(labels),le=\"+Inf\"} \(line.count)\n"
      text += "anban_http_request_seconds_sum{\(labels)} \(line.seconds)\n"
      text += "anban_http_request_seconds_count{\(labels)} \(line.count)\n"
    }
    return text
  }
}
