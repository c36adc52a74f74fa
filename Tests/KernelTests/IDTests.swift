import Testing

@testable import Kernel

@Suite struct IDTests {
  @Test func eachDigitHasCrockfordsLetter() {
    for (digit, letter) in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".enumerated() {
      // The check character counts modulo 31.
      let text = "CU-0000-0000-0000-\(letter)\(digit == 31 ? "0" : letter)"
      #expect(IDText.format(Int64(digit), prefix: "CU") == text)
      #expect(IDText.parse(text, prefix: "CU") == Int64(digit))
    }
  }
}
