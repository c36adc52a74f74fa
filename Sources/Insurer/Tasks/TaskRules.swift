import Kernel

/// What may be done with a task, and how it is filled in: pure.
package enum TaskRules {
  package static let stepsMax = 20
  package static let reasonMin = 2

  /// What stands against a new task; the fields are those of the form and the API.
  package static func faults(_ new: NewTask, today: Day) -> [Finding] {
    var reader = FieldReader(["title": new.title ?? "", "details": new.details ?? ""])
    _ = reader.text("title", required: new.kind == .manual, limit: 200)
    _ = reader.text("details", limit: 4_000)
    if let due = new.dueOn, due < today { reader.find("due_on", .dateOrder, .reject) }
    if new.steps.count > stepsMax { reader.find("steps", .tooLong, .reject) }
    for step in new.steps where (try? Reading.text(step, limit: 200)) == nil {
      reader.find("steps", .textInvalid, .reject)
    }
    return reader.findings
  }

  /// Names and numbers said by `@`, as texts that begin with whom is meant: what follows a Chinese name is not parted
  /// from it.
  package static func mentions(in text: String) -> [String] {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).dropFirst()
    return parts.map { part in
      String(part.prefix { !$0.isWhitespace && !"，。！？；：、,;:!?()（）".contains($0) }.prefix(64))
    }.filter { !$0.isEmpty }
  }

  /// What a mention may stand for, the longest first: a staff number or a name of two characters and more.
  package static func candidates(_ mention: String) -> [String] {
    let longest = mention.count
    guard longest > 0 else { return [] }
    return (1...min(longest, 20)).reversed().map { String(mention.prefix($0)) } + (longest > 20 ? [mention] : [])
  }
}
