import Insurer
import Kernel
import Synchronization

/// The words of the insurer's own values.
extension Words {
  /// An enumeration's value: `有效`, `In force`.
  func label<Value: Coded>(_ value: Value) -> String {
    self["vocabulary.\(Words.name(of: Value.self)).\(value.rawValue)"]
  }

  /// To describe a type takes longer than to find its words, and a page has a hundred labels.
  private static let names = Mutex<[ObjectIdentifier: String]>([:])

  private static func name<Value>(of type: Value.Type) -> String {
    names.withLock { names in
      if let known = names[ObjectIdentifier(type)] { return known }
      let name = String(describing: type)
      names[ObjectIdentifier(type)] = name
      return name
    }
  }

  /// A column of files and forms: `birth_date` → `出生日期`.
  func field(_ name: String) -> String { of("fields", name) ?? name }

  /// What a code of a fault says to a person.
  func fault(_ error: FieldError) -> String { of("codes", error.code) ?? error.message }

  func label(_ role: Role) -> String { self["roles.\(role.rawValue)"] }

  /// What is to be done: somebody's words, or those of the task's kind; by its day for who may not read the words.
  func title(_ task: WorkTask) -> String {
    if let title = task.title { return title }
    if task.kind == .manual {
      guard let due = task.dueOn else { return fill("tasks.untitled", task.createdAt.day.description) }
      return fill("tasks.untitledDue", due.description)
    }
    let text = of("taskkinds", task.kind.rawValue) ?? self["taskkinds.manual"]
    return Words.fill(text) { hole in Int(hole).flatMap { task.args.indices.contains($0) ? task.args[$0] : "" } }
  }
}

extension Badge {
  /// Tones of states that several pages show.
  init(_ state: RelationState, _ words: Words) {
    switch state {
    case .prospect: self.init(words.label(state), tone: "info", icon: "add")
    case .active: self.init(words.label(state), tone: "good", icon: "shield")
    case .lapsed: self.init(words.label(state), tone: "warn", icon: "pause")
    case .former: self.init(words.label(state), tone: "quiet", icon: "out")
    }
  }

  init(_ status: PolicyStatus, isGrace: Bool = false, _ words: Words) {
    switch status {
    case .notYetEffective: self.init(words.label(status), tone: "info", icon: "calendar")
    case .inForce:
      self.init(words.label(status), tone: isGrace ? "warn" : "good", icon: isGrace ? "clock" : "check")
    case .suspended: self.init(words.label(status), tone: "bad", icon: "pause")
    case .terminated: self.init(words.label(status), tone: "quiet", icon: "close")
    }
  }

  init(_ status: ClaimStatus, _ words: Words) {
    switch status {
    case .awaitingDocuments: self.init(words.label(status), tone: "warn", icon: "pause")
    case .paid, .closed: self.init(words.label(status), tone: "good", icon: "check")
    case .withdrawn: self.init(words.label(status), tone: "quiet", icon: "close")
    default: self.init(words.label(status), tone: "info", icon: "claim")
    }
  }
}
