import Kernel

/// Reads the fields of one record by name and gathers what is wrong with them.
///
/// An absent or empty field is nil without a finding unless it is required. A field that cannot be read is nil with a
/// finding of the severity given; what a flagged text was is still in `values`, to be kept unverified.
package struct FieldReader {
  package let values: [String: String]
  package private(set) var findings: [Finding] = []

  package init(_ values: [String: String]) { self.values = values }

  package var isRejected: Bool { findings.contains { $0.severity == .reject } }

  package mutating func find(_ field: String, _ code: ValidationCode, _ severity: Severity) {
    findings.append(Finding(field, code, severity))
  }

  /// The field read by `reader`, one of `Reading`'s or of a feature's own.
  package mutating func value<Value>(
    _ field: String, required: Bool = false, _ severity: Severity = .reject,
    _ reader: (String) throws(ReadingFault) -> Value
  ) -> Value? {
    guard let text = values[field], !text.isEmpty else {
      if required { find(field, .required, .reject) }
      return nil
    }
    do {
      return try reader(text)
    } catch {
      find(field, error.code, severity)
      return nil
    }
  }

  package mutating func text(
    _ field: String, required: Bool = false, limit: Int = 200, _ severity: Severity = .reject
  ) -> String? {
    value(field, required: required, severity) { (text) throws(ReadingFault) in try Reading.text(text, limit: limit) }
  }

  package mutating func day(_ field: String, required: Bool = false, _ severity: Severity = .reject) -> Day? {
    value(field, required: required, severity, Reading.day)
  }

  package mutating func instant(_ field: String, required: Bool = false, _ severity: Severity = .reject) -> Instant? {
    value(field, required: required, severity, Reading.instant)
  }

  package mutating func money(_ field: String, required: Bool = false, _ severity: Severity = .reject) -> Money? {
    value(field, required: required, severity, Reading.money)
  }

  package mutating func rate(_ field: String, required: Bool = false, _ severity: Severity = .reject) -> Rate? {
    value(field, required: required, severity, Reading.rate)
  }

  package mutating func int(
    _ field: String, required: Bool = false, in range: ClosedRange<Int64> = 0...Int64.max,
    _ severity: Severity = .reject
  ) -> Int64? {
    value(field, required: required, severity) { (text) throws(ReadingFault) in try Reading.int(text, in: range) }
  }

  package mutating func flag(_ field: String, required: Bool = false, _ severity: Severity = .reject) -> Bool? {
    value(field, required: required, severity, Reading.flag)
  }

  package mutating func enumeration<Value: Coded>(
    _ type: Value.Type, _ field: String, required: Bool = false, _ severity: Severity = .reject
  ) -> Value? {
    value(field, required: required, severity) { (text) throws(ReadingFault) in try Reading.enumeration(type, text) }
  }
}
