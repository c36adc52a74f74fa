import Kernel
import Testing

@testable import Insurer

@Suite struct TaskRulesTests {
  private static let today = Day(number: 20_779)

  private static func faults(_ change: (inout NewTask) -> Void) -> [String] {
    var new = NewTask(.manual, title: "回电", customer: nil, owner: .role(.service))
    change(&new)
    return TaskRules.faults(new, today: today).map { "\($0.field) \($0.code)" }
  }

  @Test func whatMayBeOpened() {
    #expect(Self.faults { _ in } == [])
    #expect(Self.faults { $0.title = nil } == ["title REQUIRED"])
    #expect(
      Self.faults {
        $0.kind = .review
        $0.title = nil
      } == [], "a kind has its own words")
    #expect(Self.faults { $0.title = String(repeating: "长", count: 201) } == ["title TOO_LONG"])
    #expect(Self.faults { $0.dueOn = Self.today } == [])
    #expect(Self.faults { $0.dueOn = Self.today - 1 } == ["due_on DATE_ORDER"])
    #expect(Self.faults { $0.steps = Array(repeating: "一步", count: 21) } == ["steps TOO_LONG"])
  }

  @Test(arguments: [
    ("请@何静看一下", ["何静看一下"]), ("@A1 和 @A2，谢谢", ["A1", "A2"]), ("没有提及", []), ("邮箱 a@b.cn", ["b.cn"]), ("@", []),
    ("@何静，@C1！", ["何静", "C1"]),
  ])
  func mentions(_ text: String, _ expected: [String]) { #expect(TaskRules.mentions(in: text) == expected) }

  @Test func theLongestNameIsMeant() {
    #expect(TaskRules.candidates("何静看") == ["何静看", "何静", "何"])
    #expect(TaskRules.candidates("") == [])
  }
}
